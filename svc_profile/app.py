"""The composition root of the profile service: the only module that knows everyone."""

from datetime import timedelta

from guild.auth.v1.auth_service_pb2_grpc import add_AuthServiceServicer_to_server
from guild.events.v1.messages_pb2 import ConversationCreated
from guild.profile.v1.profile_service_pb2_grpc import add_ProfileServiceServicer_to_server
from guild.profile.v1.recommendation_service_pb2_grpc import add_RecommendationServiceServicer_to_server
from guild.profile.v1.taxonomy_service_pb2_grpc import add_TaxonomyServiceServicer_to_server
from mesh.auth import KeyRing, Passwords, TokenSigner
from mesh.events import Consumer
from mesh.generations import EVERY_SECONDS as HEARTBEAT
from mesh.generations import Changes, Heartbeat
from mesh.lifecycle import App, Rounds
from mesh.mail import MAILS_SWEPT, Mailer, MailSender, transports
from mesh.service import ACCESS, Base
from svc_profile.compose.factors import FACTORS_SWEPT, factors
from svc_profile.compose.graph import graph
from svc_profile.compose.people import people
from svc_profile.compose.privacy import PRIVACY_SWEPT, privacy
from svc_profile.compose.trust import TRUST_SWEPT, challenging, trust
from svc_profile.config import Config
from svc_profile.inbox.conversation_created import OnConversationCreated
from svc_profile.peers.media import Media
from svc_profile.rpc.account_servicer import AccountServicer
from svc_profile.rpc.auth_servicer import AuthServicer
from svc_profile.rpc.career_servicer import CareerServicer
from svc_profile.rpc.company_verification_servicer import CompanyVerificationServicer
from svc_profile.rpc.handle_servicer import HandleServicer
from svc_profile.rpc.jwks_route import jwks_route
from svc_profile.rpc.open_to_work_servicer import OpenToWorkServicer
from svc_profile.rpc.picture_servicer import PictureServicer
from svc_profile.rpc.profile_servicer import ProfileServicer
from svc_profile.rpc.recommendation_servicer import RecommendationServicer
from svc_profile.rpc.skill_servicer import SkillServicer
from svc_profile.rpc.taxonomy_servicer import TaxonomyServicer
from svc_profile.store.career import CareerRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.contact_keys import ContactKeys
from svc_profile.store.contact_marks import ContactMarks
from svc_profile.store.contact_matches import CONTACT_MATCHES_SWEPT, ContactMatches
from svc_profile.store.credentials import SWEPT as CREDENTIALS_SWEPT
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.devices import SWEPT as DEVICES_SWEPT
from svc_profile.store.devices import Devices
from svc_profile.store.doings import Doings
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.handles import HANDLES_SWEPT, HandleRepository
from svc_profile.store.login_attempts import LoginAttempts
from svc_profile.store.mailed_tokens import SWEPT as MAILED_TOKENS_SWEPT
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.nodes import NodeRepository
from svc_profile.store.open_to_work import OpenToWorkRepository
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.people_search import PeopleIndex
from svc_profile.store.phone_codes import SWEPT as PHONE_CODES_SWEPT
from svc_profile.store.phone_codes import PhoneCodes
from svc_profile.store.profile_looks import ProfileLooks
from svc_profile.store.recommendations import RecommendationRepository
from svc_profile.store.sessions import SWEPT as SESSIONS_SWEPT
from svc_profile.store.sessions import SessionRepository
from svc_profile.store.sign_in_steps import SignInSteps
from svc_profile.store.taxonomy import TaxonomyRepository
from svc_profile.store.ties import TieRepository
from svc_profile.store.users import FullProfiles, UserRepository
from svc_profile.store.views import VIEWS_SWEPT, ViewRepository
from svc_profile.store.work_addresses import SWEPT as WORK_ADDRESSES_SWEPT
from svc_profile.store.work_addresses import WorkAddresses
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.account_passwords import AccountPasswords
from svc_profile.usecases.addresses import Addresses
from svc_profile.usecases.approaches import Approaches
from svc_profile.usecases.browsing import Browsing
from svc_profile.usecases.company_verifications import CompanyVerifications
from svc_profile.usecases.contact_index import ContactIndex
from svc_profile.usecases.degrees import Degrees
from svc_profile.usecases.endorsements import Endorsements
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.handles import Handles
from svc_profile.usecases.login import Login
from svc_profile.usecases.network import Network
from svc_profile.usecases.open_to_work import OpenToWorks
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.people_index import Findability
from svc_profile.usecases.phones import Phones
from svc_profile.usecases.pictures import Pictures
from svc_profile.usecases.profile_parts import ProfileParts
from svc_profile.usecases.recommendations import Recommendations
from svc_profile.usecases.register import Register
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.signals import Signals
from svc_profile.usecases.signing_keys import SigningKeys
from svc_profile.usecases.taxonomy import EVERY_SECONDS as TAXONOMY
from svc_profile.usecases.taxonomy import CurrentTaxonomy, TaxonomySearch
from svc_profile.usecases.users import Users
from svc_profile.usecases.view_ledger import ViewLedger

DURABLE = "profile"
"""The name under which all instances share the events."""


def build(config: Config) -> App:
    """The profile service, ready to start."""
    keys, passwords = KeyRing(config.signing_keys_dir), Passwords(config.hashing_cost)
    base = Base("profile", config, keys=keys)
    db, clock = base.db, base.clock
    users, connections, credentials = UserRepository(), ConnectionRepository(), CredentialsRepository()
    signer, access_ttl = TokenSigner(keys, config.auth.issuer, clock), timedelta(minutes=config.access_token_minutes)

    mailer, tokens, guesses = Mailer(config.mail.secret, clock), MailedTokens(), Guesses(LoginAttempts(base.cache))
    mail = AccountMail(mailer, tokens, config.mail.public_url)
    steps, recoveries, kept, devices = SignInSteps(), FactorRecoveries(), SessionRepository(), Devices()
    sessions = Sessions(
        db, users, kept, steps, recoveries, devices, mail, base.pager, signer, base.revocations, access_ttl, clock
    )
    findability = Findability(db, PeopleIndex())
    contacts = ContactIndex(db, ContactMarks(), ContactMatches(), ContactKeys(config.contacts.keys))
    challenges = challenging(base, config.challenges)
    asking = challenges if config.challenges.registrations else None
    asked_again = challenges if config.challenges.sign_ins else None
    register = Register(db, users, credentials, sessions, findability, passwords, mail, clock, asking)
    proof = PasswordProof(db, users, credentials, passwords, guesses)
    proven = factors(base, config, users, sessions, steps, proof, guesses, mailer)
    login = Login(db, users, credentials, sessions, proven.second_step, passwords, guesses, clock, asked_again)
    passkeys = PasskeyRepository()
    addresses = Addresses(db, users, credentials, tokens, passkeys, mail, sessions, proof, passwords, contacts, clock)
    secrets = AccountPasswords(
        db, users, credentials, tokens, passkeys, mail, sessions, proof, passwords, guesses, contacts, clock
    )
    phones = Phones(db, users, PhoneCodes(), mailer, passwords, contacts, clock)
    access, changes = Access(db, users, TieRepository(), clock), AccessChanges(Changes(base.generations), ACCESS)
    career, endorsements = CareerRepository(), EndorsementRepository()
    ledger = ViewLedger(db, users, ViewRepository(), clock)
    held = config.graph_megabytes * 1024**2
    network = Network(db, NodeRepository(), base.generations, ACCESS, clock, most_bytes=held)
    degrees = Degrees(network, access, clock)
    profiles = Users(
        db,
        users,
        FullProfiles(db),
        endorsements,
        findability,
        contacts,
        ledger,
        access,
        changes,
        degrees,
        base.pager,
        clock,
    )
    handles = Handles(db, users, HandleRepository(), access, profiles, clock)
    open_to_work = OpenToWorks(db, users, career, OpenToWorkRepository(), access)
    taxonomy = CurrentTaxonomy(db, TaxonomyRepository())
    parts = ProfileParts(db, users, career, endorsements, findability, taxonomy, clock)
    recommendations = RecommendationRepository()
    recommending = Recommendations(db, connections, career, recommendations, access, base.pager, clock)
    looking = people(base, users, connections, degrees, findability, contacts, ledger, taxonomy)
    hosts = {"feed": config.feed_address, "messaging": config.messaging_address, "jobs": config.jobs_address}
    peers = {name: base.peer(name, address) for name, address in hosts.items()}
    kept_clean = trust(
        base,
        config,
        users,
        sessions,
        access,
        changes,
        mailer,
        challenges=challenges,
        profiles=profiles,
        connections=connections,
        peers=peers,
    )
    signing = SigningKeys(db, keys, kept_clean.audit)
    endorsing = Endorsements(db, connections, career, endorsements, access, kept_clean.flags, base.pager, clock)
    signals = Signals(profiles, Doings(base.cache), kept_clean.flags, clock)
    browsing = Browsing(
        profiles,
        ProfileLooks(base.cache, clock),
        challenges,
        kept_clean.flags,
        kept_clean.canaries,
        signals,
        config.profiles_a_day,
    )
    connecting = graph(
        base,
        config,
        users,
        connections,
        endorsements=endorsements,
        recommendations=recommendations,
        changes=changes,
        degrees=degrees,
        challenges=challenges,
        budgets=kept_clean.budgets,
        signals=signals,
    )
    hearing = Consumer(base.bus, DURABLE, {ConversationCreated: OnConversationCreated(Approaches(access, signals))})
    leaving = privacy(base, config, users, sessions, proof, mail, changes, peers=peers, audit=kept_clean.audit)
    pictures = Pictures(Media(peers["feed"].channel), profiles)
    return base.app(
        servicers=[
            (add_AuthServiceServicer_to_server, AuthServicer(register, login, sessions, signing)),
            (add_AuthServiceServicer_to_server, AccountServicer(addresses, secrets, phones)),
            *proven.servicers,
            (add_ProfileServiceServicer_to_server, ProfileServicer(profiles, browsing, access)),
            (add_ProfileServiceServicer_to_server, HandleServicer(handles)),
            (add_ProfileServiceServicer_to_server, PictureServicer(pictures)),
            (add_ProfileServiceServicer_to_server, OpenToWorkServicer(open_to_work)),
            (add_ProfileServiceServicer_to_server, CareerServicer(parts)),
            (
                add_ProfileServiceServicer_to_server,
                CompanyVerificationServicer(
                    CompanyVerifications(
                        db,
                        users,
                        career,
                        tokens,
                        WorkAddresses(config.mail.secret),
                        mail,
                        clock,
                        timedelta(days=config.company_verification_days),
                    )
                ),
            ),
            (add_ProfileServiceServicer_to_server, SkillServicer(parts, endorsing)),
            (add_RecommendationServiceServicer_to_server, RecommendationServicer(recommending)),
            *connecting.servicers,
            (add_TaxonomyServiceServicer_to_server, TaxonomyServicer(TaxonomySearch(taxonomy, base.page_tokens))),
            *looking.servicers,
            *kept_clean.servicers,
            *leaving.servicers,
        ],
        before=[
            passwords,
            *kept_clean.before,
            Rounds("heartbeat", Heartbeat(db, base.generations).beat, HEARTBEAT, jitter=0.0),
            Rounds("taxonomy", taxonomy.refresh, TAXONOMY),
        ],
        after=[
            MailSender(db, mailer, transports(config.mail), clock),
            signals,
            hearing,
            *connecting.after,
            *looking.after,
            *kept_clean.after,
            *leaving.after,
        ],
        swept=(
            *SESSIONS_SWEPT,
            *CONTACT_MATCHES_SWEPT,
            CREDENTIALS_SWEPT,
            DEVICES_SWEPT,
            HANDLES_SWEPT,
            MAILED_TOKENS_SWEPT,
            PHONE_CODES_SWEPT,
            WORK_ADDRESSES_SWEPT,
            MAILS_SWEPT,
            *PRIVACY_SWEPT,
            *FACTORS_SWEPT,
            *VIEWS_SWEPT,
            *TRUST_SWEPT,
        ),
        routes={"/.well-known/jwks.json": jwks_route(keys)},
    )
