"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.profile.v1 import career_pb2 as _guild_profile_v1_career_pb2
from guild.profile.v1 import company_verification_pb2 as _guild_profile_v1_company_verification_pb2
from guild.profile.v1 import contacts_pb2 as _guild_profile_v1_contacts_pb2
from guild.profile.v1 import handle_pb2 as _guild_profile_v1_handle_pb2
from guild.profile.v1 import open_to_work_pb2 as _guild_profile_v1_open_to_work_pb2
from guild.profile.v1 import privacy_pb2 as _guild_profile_v1_privacy_pb2
from guild.profile.v1 import profile_service_pb2 as _guild_profile_v1_profile_service_pb2

class ProfileServiceStub:
    """Shows and changes profiles. Whom the caller may not see, because they blocked each other or the account is closed, does
    not exist for the caller: USER_NOT_FOUND.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    GetUser: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.GetUserRequest, _guild_profile_v1_profile_service_pb2.GetUserResponse]
    BatchGetUsers: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.BatchGetUsersRequest, _guild_profile_v1_profile_service_pb2.BatchGetUsersResponse]
    GetMe: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.GetMeRequest, _guild_profile_v1_profile_service_pb2.GetMeResponse]
    UpdateUser: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.UpdateUserRequest, _guild_profile_v1_profile_service_pb2.UpdateUserResponse]
    SetProfilePicture: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.SetProfilePictureRequest, _guild_profile_v1_profile_service_pb2.SetProfilePictureResponse]
    SearchPeople: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.SearchPeopleRequest, _guild_profile_v1_profile_service_pb2.SearchPeopleResponse]
    GetContactSalt: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_contacts_pb2.GetContactSaltRequest, _guild_profile_v1_contacts_pb2.GetContactSaltResponse]
    ImportContacts: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_contacts_pb2.ImportContactsRequest, _guild_profile_v1_contacts_pb2.ImportContactsResponse]
    RememberContacts: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_contacts_pb2.RememberContactsRequest, _guild_profile_v1_contacts_pb2.RememberContactsResponse]
    ForgetContacts: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_contacts_pb2.ForgetContactsRequest, _guild_profile_v1_contacts_pb2.ForgetContactsResponse]
    CreatePosition: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.CreatePositionRequest, _guild_profile_v1_profile_service_pb2.CreatePositionResponse]
    UpdatePosition: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.UpdatePositionRequest, _guild_profile_v1_profile_service_pb2.UpdatePositionResponse]
    DeletePosition: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.DeletePositionRequest, _guild_profile_v1_profile_service_pb2.DeletePositionResponse]
    StartCompanyVerification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_company_verification_pb2.StartCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.StartCompanyVerificationResponse]
    ConfirmCompanyVerification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationResponse]
    DeleteCompanyVerification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationResponse]
    CreateEducation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.CreateEducationRequest, _guild_profile_v1_profile_service_pb2.CreateEducationResponse]
    UpdateEducation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.UpdateEducationRequest, _guild_profile_v1_profile_service_pb2.UpdateEducationResponse]
    DeleteEducation: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.DeleteEducationRequest, _guild_profile_v1_profile_service_pb2.DeleteEducationResponse]
    CreateLanguage: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.CreateLanguageRequest, _guild_profile_v1_career_pb2.CreateLanguageResponse]
    UpdateLanguage: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.UpdateLanguageRequest, _guild_profile_v1_career_pb2.UpdateLanguageResponse]
    DeleteLanguage: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.DeleteLanguageRequest, _guild_profile_v1_career_pb2.DeleteLanguageResponse]
    CreateCertification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.CreateCertificationRequest, _guild_profile_v1_career_pb2.CreateCertificationResponse]
    UpdateCertification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.UpdateCertificationRequest, _guild_profile_v1_career_pb2.UpdateCertificationResponse]
    DeleteCertification: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_career_pb2.DeleteCertificationRequest, _guild_profile_v1_career_pb2.DeleteCertificationResponse]
    AddSkill: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.AddSkillRequest, _guild_profile_v1_profile_service_pb2.AddSkillResponse]
    RemoveSkill: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.RemoveSkillRequest, _guild_profile_v1_profile_service_pb2.RemoveSkillResponse]
    EndorseSkill: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.EndorseSkillRequest, _guild_profile_v1_profile_service_pb2.EndorseSkillResponse]
    UnendorseSkill: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.UnendorseSkillRequest, _guild_profile_v1_profile_service_pb2.UnendorseSkillResponse]
    ListEndorsements: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.ListEndorsementsRequest, _guild_profile_v1_profile_service_pb2.ListEndorsementsResponse]
    GetPrivacySettings: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.GetPrivacySettingsRequest, _guild_profile_v1_profile_service_pb2.GetPrivacySettingsResponse]
    SetHandle: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_handle_pb2.SetHandleRequest, _guild_profile_v1_handle_pb2.SetHandleResponse]
    GetUserByHandle: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_handle_pb2.GetUserByHandleRequest, _guild_profile_v1_handle_pb2.GetUserByHandleResponse]
    SetOpenToWork: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_open_to_work_pb2.SetOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.SetOpenToWorkResponse]
    ClearOpenToWork: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_open_to_work_pb2.ClearOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.ClearOpenToWorkResponse]
    GetOpenToWork: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_open_to_work_pb2.GetOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.GetOpenToWorkResponse]
    PreviewProfile: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_privacy_pb2.PreviewProfileRequest, _guild_profile_v1_privacy_pb2.PreviewProfileResponse]
    UpdatePrivacySettings: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsRequest, _guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsResponse]
    ListProfileViewers: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.ListProfileViewersRequest, _guild_profile_v1_profile_service_pb2.ListProfileViewersResponse]
    GetProfileStats: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.GetProfileStatsRequest, _guild_profile_v1_profile_service_pb2.GetProfileStatsResponse]
    ExportMyData: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.ExportMyDataRequest, _guild_profile_v1_profile_service_pb2.ExportMyDataResponse]
    DeleteMyAccount: _aio.UnaryUnaryMultiCallable[_guild_profile_v1_profile_service_pb2.DeleteMyAccountRequest, _guild_profile_v1_profile_service_pb2.DeleteMyAccountResponse]
    StreamProfiles: _aio.UnaryStreamMultiCallable[_guild_profile_v1_profile_service_pb2.StreamProfilesRequest, _guild_profile_v1_profile_service_pb2.StreamProfilesResponse]

class ProfileServiceServicer:
    """Shows and changes profiles. Whom the caller may not see, because they blocked each other or the account is closed, does
    not exist for the caller: USER_NOT_FOUND.
    """
    async def GetUser(
        self, request: _guild_profile_v1_profile_service_pb2.GetUserRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.GetUserRequest, _guild_profile_v1_profile_service_pb2.GetUserResponse]
    ) -> _guild_profile_v1_profile_service_pb2.GetUserResponse:
        """Gives one profile as the caller may see it, with the caller's degree; counts as a profile view.

        Anybody may call it; who is not signed in sees the public fields. Errors: NOT_FOUND (USER_NOT_FOUND), PERMISSION_DENIED
        (CHALLENGE_REQUIRED) beyond a hundred different profiles a day: each passed challenge opens as many more, three times, and then
        public fields are all that is shown. Reads only; the view is counted once a day.
        """
        ...
    async def BatchGetUsers(
        self, request: _guild_profile_v1_profile_service_pb2.BatchGetUsersRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.BatchGetUsersRequest, _guild_profile_v1_profile_service_pb2.BatchGetUsersResponse]
    ) -> _guild_profile_v1_profile_service_pb2.BatchGetUsersResponse:
        """Gives many members at once as summaries, in the order asked for; those the caller may not see are left out.

        A signed-in member may call it, and services do with the member's token. No errors of its own. Reads only; counts no
        profile views. Reads only.
        """
        ...
    async def GetMe(
        self, request: _guild_profile_v1_profile_service_pb2.GetMeRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.GetMeRequest, _guild_profile_v1_profile_service_pb2.GetMeResponse]
    ) -> _guild_profile_v1_profile_service_pb2.GetMeResponse:
        """Gives the caller's own profile, private fields included.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def UpdateUser(
        self, request: _guild_profile_v1_profile_service_pb2.UpdateUserRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.UpdateUserRequest, _guild_profile_v1_profile_service_pb2.UpdateUserResponse]
    ) -> _guild_profile_v1_profile_service_pb2.UpdateUserResponse:
        """Changes the caller's own profile. With a mask, exactly the named fields are written, unset ones cleared; without a mask,
        the fields that are set.

        A signed-in member may call it for themself. Errors: NOT_FOUND (USER_NOT_FOUND), PERMISSION_DENIED (NOT_YOUR_PROFILE),
        INVALID_ARGUMENT (FIELD_NOT_UPDATABLE) for a mask that names a field which this method does not write, INVALID_ARGUMENT
        (NAME_MISSING) for a name that shows nothing. Repeatable with an idempotency key.
        """
        ...
    async def SetProfilePicture(
        self, request: _guild_profile_v1_profile_service_pb2.SetProfilePictureRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.SetProfilePictureRequest, _guild_profile_v1_profile_service_pb2.SetProfilePictureResponse]
    ) -> _guild_profile_v1_profile_service_pb2.SetProfilePictureResponse:
        """Shows a picture that the caller uploaded in their profile: a copy of it, 800 pixels at the most each way, at an address that
        holds as long as the profile shows it. UpdateUser with an empty `profile_picture_url` takes it away.

        Callers: members. Errors: MEDIA_NOT_FOUND, MEDIA_NOT_READY, MEDIA_NOT_A_PICTURE, ETAG_MISMATCH. Repeatable with an
        idempotency key.
        """
        ...
    async def SearchPeople(
        self, request: _guild_profile_v1_profile_service_pb2.SearchPeopleRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.SearchPeopleRequest, _guild_profile_v1_profile_service_pb2.SearchPeopleResponse]
    ) -> _guild_profile_v1_profile_service_pb2.SearchPeopleResponse:
        """Searches members by text and filters, the best match first, of equal ones the nearest. Words match from their beginning;
        one letter of each may be wrong, missing, too many, or swapped with the next. Members are found by what they show to the
        caller; those who are not discoverable, by their connections.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID), NOT_FOUND once the caller's account is
        gone. Reads only.
        """
        ...
    async def GetContactSalt(
        self, request: _guild_profile_v1_contacts_pb2.GetContactSaltRequest, context: _aio.ServicerContext[_guild_profile_v1_contacts_pb2.GetContactSaltRequest, _guild_profile_v1_contacts_pb2.GetContactSaltResponse]
    ) -> _guild_profile_v1_contacts_pb2.GetContactSaltResponse:
        """Gives the salt that contacts are hashed with before they are sent to ImportContacts.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def ImportContacts(
        self, request: _guild_profile_v1_contacts_pb2.ImportContactsRequest, context: _aio.ServicerContext[_guild_profile_v1_contacts_pb2.ImportContactsRequest, _guild_profile_v1_contacts_pb2.ImportContactsResponse]
    ) -> _guild_profile_v1_contacts_pb2.ImportContactsResponse:
        """Finds members by the contacts of the caller's address book, which come hashed and are not kept. Found are those who set
        findable_by_contact, are discoverable and are there for the caller, by the address or number they proved to be theirs.

        A signed-in member whose address is verified may call it. Errors: FAILED_PRECONDITION (EMAIL_NOT_VERIFIED), and
        CONTACT_SALT_OLD for another salt than GetContactSalt gives; NOT_FOUND once the caller's account is gone. Each different
        hash is charged to the bucket contact_import (5000 a day). Reads only.
        """
        ...
    async def RememberContacts(
        self, request: _guild_profile_v1_contacts_pb2.RememberContactsRequest, context: _aio.ServicerContext[_guild_profile_v1_contacts_pb2.RememberContactsRequest, _guild_profile_v1_contacts_pb2.RememberContactsResponse]
    ) -> _guild_profile_v1_contacts_pb2.RememberContactsResponse:
        """Finds members as ImportContacts does, and remembers for 90 days whom the caller found, to suggest them (ListSuggestions,
        SUGGESTION_REASON_CONTACT): not by which contact, no connections, and 1000 at most. The caller is suggested to them where both
        set findable_by_contact. Who turns that off, or changes an address or a number, is forgotten.

        A signed-in member whose address is verified may call it. Errors: FAILED_PRECONDITION (EMAIL_NOT_VERIFIED), and
        CONTACT_SALT_OLD; NOT_FOUND once the caller's account is gone. Each different hash is charged to the
        bucket contact_import (5000 a day). A repeat remembers for longer.
        """
        ...
    async def ForgetContacts(
        self, request: _guild_profile_v1_contacts_pb2.ForgetContactsRequest, context: _aio.ServicerContext[_guild_profile_v1_contacts_pb2.ForgetContactsRequest, _guild_profile_v1_contacts_pb2.ForgetContactsResponse]
    ) -> _guild_profile_v1_contacts_pb2.ForgetContactsResponse:
        """Forgets all whom RememberContacts remembered for the caller.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def CreatePosition(
        self, request: _guild_profile_v1_profile_service_pb2.CreatePositionRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.CreatePositionRequest, _guild_profile_v1_profile_service_pb2.CreatePositionResponse]
    ) -> _guild_profile_v1_profile_service_pb2.CreatePositionResponse:
        """Adds a position to the caller's profile.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PERIOD_INVALID) when it ends before it starts,
        FAILED_PRECONDITION (PROFILE_FULL) at 100 positions, NOT_FOUND (CONCEPT_NOT_FOUND) for an occupation_id that the taxonomy
        does not have. Repeatable with an idempotency key.
        """
        ...
    async def UpdatePosition(
        self, request: _guild_profile_v1_profile_service_pb2.UpdatePositionRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.UpdatePositionRequest, _guild_profile_v1_profile_service_pb2.UpdatePositionResponse]
    ) -> _guild_profile_v1_profile_service_pb2.UpdatePositionResponse:
        """Changes a position of the caller; fields and mask work as in UpdateUser.

        A signed-in member may call it. Errors: NOT_FOUND (POSITION_NOT_FOUND, CONCEPT_NOT_FOUND), INVALID_ARGUMENT
        (PERIOD_INVALID, FIELD_NOT_UPDATABLE). Repeatable with an idempotency key.
        """
        ...
    async def DeletePosition(
        self, request: _guild_profile_v1_profile_service_pb2.DeletePositionRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.DeletePositionRequest, _guild_profile_v1_profile_service_pb2.DeletePositionResponse]
    ) -> _guild_profile_v1_profile_service_pb2.DeletePositionResponse:
        """Removes a position of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (POSITION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def StartCompanyVerification(
        self, request: _guild_profile_v1_company_verification_pb2.StartCompanyVerificationRequest, context: _aio.ServicerContext[_guild_profile_v1_company_verification_pb2.StartCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.StartCompanyVerificationResponse]
    ) -> _guild_profile_v1_company_verification_pb2.StartCompanyVerificationResponse:
        """Mails a token to the caller's address at work, which shows that they read mail at its domain. A newer request takes the place of
        those before.

        A signed-in member may call it. The answer is the same whether the address verified another member or not. Errors: NOT_FOUND
        (POSITION_NOT_FOUND), INVALID_ARGUMENT (WORK_ADDRESS_REFUSED) for an address at which anybody gets mail. Repeatable with an
        idempotency key.
        """
        ...
    async def ConfirmCompanyVerification(
        self, request: _guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationRequest, context: _aio.ServicerContext[_guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationResponse]
    ) -> _guild_profile_v1_company_verification_pb2.ConfirmCompanyVerificationResponse:
        """Shows by the mailed token that the caller reads mail at the domain, which then stands at the position for a year. One address
        verifies one member.

        The signed-in member whom the token is of may call it. Errors: INVALID_ARGUMENT (VERIFICATION_TOKEN_INVALID) for a token that is
        unknown, used, too old or another member's, and where the position is gone or at another company now; ALREADY_EXISTS
        (WORK_ADDRESS_TAKEN) where the address verified another member within a year. Repeatable with an idempotency key.
        """
        ...
    async def DeleteCompanyVerification(
        self, request: _guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationRequest, context: _aio.ServicerContext[_guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationRequest, _guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationResponse]
    ) -> _guild_profile_v1_company_verification_pb2.DeleteCompanyVerificationResponse:
        """Takes the verification off a position of the caller. The address goes on to verify no other member until a year is over.

        A signed-in member may call it. Errors: NOT_FOUND (POSITION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def CreateEducation(
        self, request: _guild_profile_v1_profile_service_pb2.CreateEducationRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.CreateEducationRequest, _guild_profile_v1_profile_service_pb2.CreateEducationResponse]
    ) -> _guild_profile_v1_profile_service_pb2.CreateEducationResponse:
        """Adds studies to the caller's profile.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PERIOD_INVALID), FAILED_PRECONDITION (PROFILE_FULL) at 100
        entries. Repeatable with an idempotency key.
        """
        ...
    async def UpdateEducation(
        self, request: _guild_profile_v1_profile_service_pb2.UpdateEducationRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.UpdateEducationRequest, _guild_profile_v1_profile_service_pb2.UpdateEducationResponse]
    ) -> _guild_profile_v1_profile_service_pb2.UpdateEducationResponse:
        """Changes studies of the caller; fields and mask work as in UpdateUser.

        A signed-in member may call it. Errors: NOT_FOUND (EDUCATION_NOT_FOUND), INVALID_ARGUMENT (PERIOD_INVALID,
        FIELD_NOT_UPDATABLE). Repeatable with an idempotency key.
        """
        ...
    async def DeleteEducation(
        self, request: _guild_profile_v1_profile_service_pb2.DeleteEducationRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.DeleteEducationRequest, _guild_profile_v1_profile_service_pb2.DeleteEducationResponse]
    ) -> _guild_profile_v1_profile_service_pb2.DeleteEducationResponse:
        """Removes studies of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (EDUCATION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def CreateLanguage(
        self, request: _guild_profile_v1_career_pb2.CreateLanguageRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.CreateLanguageRequest, _guild_profile_v1_career_pb2.CreateLanguageResponse]
    ) -> _guild_profile_v1_career_pb2.CreateLanguageResponse:
        """Adds a language to the caller's profile.

        A signed-in member may call it. Errors: ALREADY_EXISTS (LANGUAGE_LISTED) for one that is on the profile already, FAILED_PRECONDITION
        (PROFILE_FULL) at 100 of them. Repeatable with an idempotency key.
        """
        ...
    async def UpdateLanguage(
        self, request: _guild_profile_v1_career_pb2.UpdateLanguageRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.UpdateLanguageRequest, _guild_profile_v1_career_pb2.UpdateLanguageResponse]
    ) -> _guild_profile_v1_career_pb2.UpdateLanguageResponse:
        """Changes a language of the caller; fields and mask work as in UpdateUser.

        A signed-in member may call it. Errors: NOT_FOUND (LANGUAGE_NOT_FOUND), ALREADY_EXISTS (LANGUAGE_LISTED),
        INVALID_ARGUMENT (FIELD_NOT_UPDATABLE). Repeatable with an idempotency key.
        """
        ...
    async def DeleteLanguage(
        self, request: _guild_profile_v1_career_pb2.DeleteLanguageRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.DeleteLanguageRequest, _guild_profile_v1_career_pb2.DeleteLanguageResponse]
    ) -> _guild_profile_v1_career_pb2.DeleteLanguageResponse:
        """Removes a language of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (LANGUAGE_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def CreateCertification(
        self, request: _guild_profile_v1_career_pb2.CreateCertificationRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.CreateCertificationRequest, _guild_profile_v1_career_pb2.CreateCertificationResponse]
    ) -> _guild_profile_v1_career_pb2.CreateCertificationResponse:
        """Adds a certification to the caller's profile.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PERIOD_INVALID) when it ends before it starts, FAILED_PRECONDITION
        (PROFILE_FULL) at 100 of them. Repeatable with an idempotency key.
        """
        ...
    async def UpdateCertification(
        self, request: _guild_profile_v1_career_pb2.UpdateCertificationRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.UpdateCertificationRequest, _guild_profile_v1_career_pb2.UpdateCertificationResponse]
    ) -> _guild_profile_v1_career_pb2.UpdateCertificationResponse:
        """Changes a certification of the caller; fields and mask work as in UpdateUser.

        A signed-in member may call it. Errors: NOT_FOUND (CERTIFICATION_NOT_FOUND), INVALID_ARGUMENT (PERIOD_INVALID),
        INVALID_ARGUMENT (FIELD_NOT_UPDATABLE). Repeatable with an idempotency key.
        """
        ...
    async def DeleteCertification(
        self, request: _guild_profile_v1_career_pb2.DeleteCertificationRequest, context: _aio.ServicerContext[_guild_profile_v1_career_pb2.DeleteCertificationRequest, _guild_profile_v1_career_pb2.DeleteCertificationResponse]
    ) -> _guild_profile_v1_career_pb2.DeleteCertificationResponse:
        """Removes a certification of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (CERTIFICATION_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def AddSkill(
        self, request: _guild_profile_v1_profile_service_pb2.AddSkillRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.AddSkillRequest, _guild_profile_v1_profile_service_pb2.AddSkillResponse]
    ) -> _guild_profile_v1_profile_service_pb2.AddSkillResponse:
        """Adds a skill to the caller's profile, or gives the one that is already there under that name or is the same skill of the
        taxonomy.

        A signed-in member may call it. Errors: FAILED_PRECONDITION (PROFILE_FULL) at 100 skills, NOT_FOUND (CONCEPT_NOT_FOUND)
        for a skill_id that the taxonomy does not have. Repeatable with an idempotency key.
        """
        ...
    async def RemoveSkill(
        self, request: _guild_profile_v1_profile_service_pb2.RemoveSkillRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.RemoveSkillRequest, _guild_profile_v1_profile_service_pb2.RemoveSkillResponse]
    ) -> _guild_profile_v1_profile_service_pb2.RemoveSkillResponse:
        """Removes a skill of the caller, with its endorsements.

        A signed-in member may call it. Errors: NOT_FOUND (SKILL_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def EndorseSkill(
        self, request: _guild_profile_v1_profile_service_pb2.EndorseSkillRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.EndorseSkillRequest, _guild_profile_v1_profile_service_pb2.EndorseSkillResponse]
    ) -> _guild_profile_v1_profile_service_pb2.EndorseSkillResponse:
        """Endorses a skill of a connection. The endorsement ends with the connection.

        A signed-in member who is connected to the other may call it. Errors: NOT_FOUND (USER_NOT_FOUND, SKILL_NOT_FOUND),
        FAILED_PRECONDITION (NOT_CONNECTED), INVALID_ARGUMENT (CANNOT_ENDORSE_SELF). A repeat changes nothing.
        """
        ...
    async def UnendorseSkill(
        self, request: _guild_profile_v1_profile_service_pb2.UnendorseSkillRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.UnendorseSkillRequest, _guild_profile_v1_profile_service_pb2.UnendorseSkillResponse]
    ) -> _guild_profile_v1_profile_service_pb2.UnendorseSkillResponse:
        """Takes the caller's endorsement back.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND, SKILL_NOT_FOUND). A repeat changes nothing.
        """
        ...
    async def ListEndorsements(
        self, request: _guild_profile_v1_profile_service_pb2.ListEndorsementsRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.ListEndorsementsRequest, _guild_profile_v1_profile_service_pb2.ListEndorsementsResponse]
    ) -> _guild_profile_v1_profile_service_pb2.ListEndorsementsResponse:
        """Lists who endorses a skill, the newest first.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND, SKILL_NOT_FOUND), INVALID_ARGUMENT
        (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def GetPrivacySettings(
        self, request: _guild_profile_v1_profile_service_pb2.GetPrivacySettingsRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.GetPrivacySettingsRequest, _guild_profile_v1_profile_service_pb2.GetPrivacySettingsResponse]
    ) -> _guild_profile_v1_profile_service_pb2.GetPrivacySettingsResponse:
        """Gives the caller's privacy settings.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def SetHandle(
        self, request: _guild_profile_v1_handle_pb2.SetHandleRequest, context: _aio.ServicerContext[_guild_profile_v1_handle_pb2.SetHandleRequest, _guild_profile_v1_handle_pb2.SetHandleResponse]
    ) -> _guild_profile_v1_handle_pb2.SetHandleResponse:
        """Sets the caller's handle, under which their profile is found at /in/{handle}. The one before leads there for 90 days more, and is
        nobody else's until then.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (HANDLE_INVALID), ALREADY_EXISTS (HANDLE_TAKEN) for one that is
        another's or reserved, FAILED_PRECONDITION (HANDLE_SET_LATELY) within 30 days of the last change. Repeatable with an idempotency key.
        """
        ...
    async def GetUserByHandle(
        self, request: _guild_profile_v1_handle_pb2.GetUserByHandleRequest, context: _aio.ServicerContext[_guild_profile_v1_handle_pb2.GetUserByHandleRequest, _guild_profile_v1_handle_pb2.GetUserByHandleResponse]
    ) -> _guild_profile_v1_handle_pb2.GetUserByHandleResponse:
        """Gives the public fields of the member who has a handle, or had it lately: `user.handle` is the one of today.

        Anybody may call it. Errors: NOT_FOUND (HANDLE_NOT_FOUND). Reads only; counts no profile view.
        """
        ...
    async def SetOpenToWork(
        self, request: _guild_profile_v1_open_to_work_pb2.SetOpenToWorkRequest, context: _aio.ServicerContext[_guild_profile_v1_open_to_work_pb2.SetOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.SetOpenToWorkResponse]
    ) -> _guild_profile_v1_open_to_work_pb2.SetOpenToWorkResponse:
        """Says that the caller is open to work, for what and to whom it is told; replaces what they said before. It is never told to who works
        where the caller works, or at an excluded company.

        A signed-in member may call it. No errors of its own. Repeatable with an idempotency key.
        """
        ...
    async def ClearOpenToWork(
        self, request: _guild_profile_v1_open_to_work_pb2.ClearOpenToWorkRequest, context: _aio.ServicerContext[_guild_profile_v1_open_to_work_pb2.ClearOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.ClearOpenToWorkResponse]
    ) -> _guild_profile_v1_open_to_work_pb2.ClearOpenToWorkResponse:
        """Ends that the caller is open to work.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def GetOpenToWork(
        self, request: _guild_profile_v1_open_to_work_pb2.GetOpenToWorkRequest, context: _aio.ServicerContext[_guild_profile_v1_open_to_work_pb2.GetOpenToWorkRequest, _guild_profile_v1_open_to_work_pb2.GetOpenToWorkResponse]
    ) -> _guild_profile_v1_open_to_work_pb2.GetOpenToWorkResponse:
        """Tells for what work a member is open, if they are and tell the caller; the caller's own with the companies they exclude. What is
        for recruiters is told to the service that knows who is one.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND). Reads only.
        """
        ...
    async def PreviewProfile(
        self, request: _guild_profile_v1_privacy_pb2.PreviewProfileRequest, context: _aio.ServicerContext[_guild_profile_v1_privacy_pb2.PreviewProfileRequest, _guild_profile_v1_privacy_pb2.PreviewProfileResponse]
    ) -> _guild_profile_v1_privacy_pb2.PreviewProfileResponse:
        """Shows the caller's profile as somebody else sees it: a named member, or whoever is as close as the request says. What it answers is
        what GetUser answers them, and what it keeps from them.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND) for a viewer who is not there for the caller. Reads only;
        counts no profile view.
        """
        ...
    async def UpdatePrivacySettings(
        self, request: _guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsRequest, _guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsResponse]
    ) -> _guild_profile_v1_profile_service_pb2.UpdatePrivacySettingsResponse:
        """Changes the caller's privacy settings; fields and mask work as in UpdateUser.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (FIELD_NOT_UPDATABLE). Repeatable with an idempotency key.
        """
        ...
    async def ListProfileViewers(
        self, request: _guild_profile_v1_profile_service_pb2.ListProfileViewersRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.ListProfileViewersRequest, _guild_profile_v1_profile_service_pb2.ListProfileViewersResponse]
    ) -> _guild_profile_v1_profile_service_pb2.ListProfileViewersResponse:
        """Lists who looked at the caller's profile in the last 90 days, the newest first, each once a day. Members who look
        anonymously are not named, nor are those who look anonymously now. Who looks anonymously themself sees nobody; who looks
        by occupation sees occupations.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def GetProfileStats(
        self, request: _guild_profile_v1_profile_service_pb2.GetProfileStatsRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.GetProfileStatsRequest, _guild_profile_v1_profile_service_pb2.GetProfileStatsResponse]
    ) -> _guild_profile_v1_profile_service_pb2.GetProfileStatsResponse:
        """Gives the numbers of the caller's profile.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def ExportMyData(
        self, request: _guild_profile_v1_profile_service_pb2.ExportMyDataRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.ExportMyDataRequest, _guild_profile_v1_profile_service_pb2.ExportMyDataResponse]
    ) -> _guild_profile_v1_profile_service_pb2.ExportMyDataResponse:
        """Opens an export of everything the network holds about the caller, or gives the open one: PrivacyService.StartExport by
        another name.

        A signed-in member may call it, a suspended one too. No errors of its own. Repeatable with an idempotency key.
        """
        ...
    async def DeleteMyAccount(
        self, request: _guild_profile_v1_profile_service_pb2.DeleteMyAccountRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.DeleteMyAccountRequest, _guild_profile_v1_profile_service_pb2.DeleteMyAccountResponse]
    ) -> _guild_profile_v1_profile_service_pb2.DeleteMyAccountResponse:
        """Closes the caller's account: all sessions end at once, nobody sees the member any more, and a receipt is mailed. The
        data is erased in every service after a grace, within which who has the receipt can call it off.

        A signed-in member may call it, after AuthService.StepUp, a suspended one too. Errors: INVALID_ARGUMENT
        (PASSWORD_MISMATCH), NOT_FOUND (without a reason of its own: the account is closed), RESOURCE_EXHAUSTED (LOGIN_THROTTLED)
        with RetryInfo. Idempotent in effect; a repeat is UNAUTHENTICATED, because the sessions are gone. Repeatable with an
        idempotency key.
        """
        ...
    def StreamProfiles(
        self, request: _guild_profile_v1_profile_service_pb2.StreamProfilesRequest, context: _aio.ServicerContext[_guild_profile_v1_profile_service_pb2.StreamProfilesRequest, _guild_profile_v1_profile_service_pb2.StreamProfilesResponse]
    ) -> _abc.AsyncIterator[_guild_profile_v1_profile_service_pb2.StreamProfilesResponse] | _abc.Awaitable[None]:
        """Streams all members as others may see them, in the order of a cursor: what another service builds a projection from.
        What changes meanwhile comes as events.

        Services only. No errors of its own. Reads only.
        """
        ...

def add_ProfileServiceServicer_to_server(
    servicer: ProfileServiceServicer, server: _typing.Any
) -> None: ...
