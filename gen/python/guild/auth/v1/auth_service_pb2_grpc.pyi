"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.auth.v1 import auth_service_pb2 as _guild_auth_v1_auth_service_pb2
from guild.auth.v1 import passkey_pb2 as _guild_auth_v1_passkey_pb2
from guild.auth.v1 import second_factor_pb2 as _guild_auth_v1_second_factor_pb2

class AuthServiceStub:
    """Signs members up, in and out. A session is one sign-in on one device: an access token for minutes, and a refresh token
    that is replaced at each use. Methods that carry a password or answer with tokens honour no idempotency key, because
    replaying would mean storing secrets.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    Register: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RegisterRequest, _guild_auth_v1_auth_service_pb2.RegisterResponse]
    VerifyEmail: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.VerifyEmailRequest, _guild_auth_v1_auth_service_pb2.VerifyEmailResponse]
    ResendVerification: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ResendVerificationRequest, _guild_auth_v1_auth_service_pb2.ResendVerificationResponse]
    RequestEmailChange: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RequestEmailChangeRequest, _guild_auth_v1_auth_service_pb2.RequestEmailChangeResponse]
    ConfirmEmailChange: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ConfirmEmailChangeRequest, _guild_auth_v1_auth_service_pb2.ConfirmEmailChangeResponse]
    UndoEmailChange: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.UndoEmailChangeRequest, _guild_auth_v1_auth_service_pb2.UndoEmailChangeResponse]
    StartPhoneVerification: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.StartPhoneVerificationRequest, _guild_auth_v1_auth_service_pb2.StartPhoneVerificationResponse]
    ConfirmPhoneVerification: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationRequest, _guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationResponse]
    RemovePhoneNumber: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RemovePhoneNumberRequest, _guild_auth_v1_auth_service_pb2.RemovePhoneNumberResponse]
    Login: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.LoginRequest, _guild_auth_v1_auth_service_pb2.LoginResponse]
    CompleteSecondFactor: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.CompleteSecondFactorRequest, _guild_auth_v1_second_factor_pb2.CompleteSecondFactorResponse]
    StepUp: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.StepUpRequest, _guild_auth_v1_second_factor_pb2.StepUpResponse]
    GetSecondFactors: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.GetSecondFactorsRequest, _guild_auth_v1_second_factor_pb2.GetSecondFactorsResponse]
    StartTotp: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.StartTotpRequest, _guild_auth_v1_second_factor_pb2.StartTotpResponse]
    ConfirmTotp: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.ConfirmTotpRequest, _guild_auth_v1_second_factor_pb2.ConfirmTotpResponse]
    DisableTotp: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.DisableTotpRequest, _guild_auth_v1_second_factor_pb2.DisableTotpResponse]
    RegenerateRecoveryCodes: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesRequest, _guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesResponse]
    StartPasskeyRegistration: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.StartPasskeyRegistrationRequest, _guild_auth_v1_passkey_pb2.StartPasskeyRegistrationResponse]
    FinishPasskeyRegistration: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationRequest, _guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationResponse]
    ListPasskeys: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.ListPasskeysRequest, _guild_auth_v1_passkey_pb2.ListPasskeysResponse]
    DeletePasskey: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.DeletePasskeyRequest, _guild_auth_v1_passkey_pb2.DeletePasskeyResponse]
    StartPasskeyLogin: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.StartPasskeyLoginRequest, _guild_auth_v1_passkey_pb2.StartPasskeyLoginResponse]
    FinishPasskeyLogin: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_passkey_pb2.FinishPasskeyLoginRequest, _guild_auth_v1_passkey_pb2.FinishPasskeyLoginResponse]
    StartSecondFactorRecovery: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryResponse]
    FinishSecondFactorRecovery: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryResponse]
    CancelSecondFactorRecovery: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryResponse]
    CancelSecondFactorRecoveryByMail: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailRequest, _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailResponse]
    RefreshToken: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RefreshTokenRequest, _guild_auth_v1_auth_service_pb2.RefreshTokenResponse]
    Logout: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.LogoutRequest, _guild_auth_v1_auth_service_pb2.LogoutResponse]
    LogoutEverywhere: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.LogoutEverywhereRequest, _guild_auth_v1_auth_service_pb2.LogoutEverywhereResponse]
    ListSessions: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ListSessionsRequest, _guild_auth_v1_auth_service_pb2.ListSessionsResponse]
    RevokeSession: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RevokeSessionRequest, _guild_auth_v1_auth_service_pb2.RevokeSessionResponse]
    ChangePassword: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ChangePasswordRequest, _guild_auth_v1_auth_service_pb2.ChangePasswordResponse]
    RequestPasswordReset: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RequestPasswordResetRequest, _guild_auth_v1_auth_service_pb2.RequestPasswordResetResponse]
    ResetPassword: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.ResetPasswordRequest, _guild_auth_v1_auth_service_pb2.ResetPasswordResponse]
    GetJwks: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.GetJwksRequest, _guild_auth_v1_auth_service_pb2.GetJwksResponse]
    RotateSigningKey: _aio.UnaryUnaryMultiCallable[_guild_auth_v1_auth_service_pb2.RotateSigningKeyRequest, _guild_auth_v1_auth_service_pb2.RotateSigningKeyResponse]

class AuthServiceServicer:
    """Signs members up, in and out. A session is one sign-in on one device: an access token for minutes, and a refresh token
    that is replaced at each use. Methods that carry a password or answer with tokens honour no idempotency key, because
    replaying would mean storing secrets.
    """
    async def Register(
        self, request: _guild_auth_v1_auth_service_pb2.RegisterRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RegisterRequest, _guild_auth_v1_auth_service_pb2.RegisterResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RegisterResponse:
        """Creates an account with its first session, and asks for the email to be verified.

        Anybody may call it. Errors: ALREADY_EXISTS (EMAIL_TAKEN), INVALID_ARGUMENT (PASSWORD_TOO_WEAK), PERMISSION_DENIED
        (CHALLENGE_REQUIRED) where the operators ask for it. Not repeatable: a repeat meets EMAIL_TAKEN, and the caller logs in instead.
        """
        ...
    async def VerifyEmail(
        self, request: _guild_auth_v1_auth_service_pb2.VerifyEmailRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.VerifyEmailRequest, _guild_auth_v1_auth_service_pb2.VerifyEmailResponse]
    ) -> _guild_auth_v1_auth_service_pb2.VerifyEmailResponse:
        """Proves that the member reads the mail of their address.

        Anybody who holds the mailed token may call it. Errors: INVALID_ARGUMENT (VERIFICATION_TOKEN_INVALID) for a token that is
        unknown, used for another address or too old. A repeat changes nothing.
        """
        ...
    async def ResendVerification(
        self, request: _guild_auth_v1_auth_service_pb2.ResendVerificationRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ResendVerificationRequest, _guild_auth_v1_auth_service_pb2.ResendVerificationResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ResendVerificationResponse:
        """Sends the mail that verifies the caller's address once more; does nothing where it is verified already.

        A signed-in member may call it. No errors of its own. Repeatable with an idempotency key.
        """
        ...
    async def RequestEmailChange(
        self, request: _guild_auth_v1_auth_service_pb2.RequestEmailChangeRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RequestEmailChangeRequest, _guild_auth_v1_auth_service_pb2.RequestEmailChangeResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RequestEmailChangeResponse:
        """Asks for another address to sign in with. It counts once who reads its mail has confirmed it; until then nothing changes.
        A newer request takes the place of those before.

        A signed-in member may call it, after StepUp, with their password. The answer is the same whether the address has an account or not.
        Errors: INVALID_ARGUMENT (PASSWORD_MISMATCH); RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated wrong
        passwords. Repeatable with an idempotency key.
        """
        ...
    async def ConfirmEmailChange(
        self, request: _guild_auth_v1_auth_service_pb2.ConfirmEmailChangeRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ConfirmEmailChangeRequest, _guild_auth_v1_auth_service_pb2.ConfirmEmailChangeResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ConfirmEmailChangeResponse:
        """Makes the address that the token was mailed to the one of the account. The address until now is told, with a token that
        takes the change back for a week, if it was verified.

        Anybody who holds the mailed token may call it. Errors: INVALID_ARGUMENT (VERIFICATION_TOKEN_INVALID) for a token that is
        unknown, used or too old; ALREADY_EXISTS (EMAIL_TAKEN) when the address got an account meanwhile. Repeatable with an
        idempotency key.
        """
        ...
    async def UndoEmailChange(
        self, request: _guild_auth_v1_auth_service_pb2.UndoEmailChangeRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.UndoEmailChangeRequest, _guild_auth_v1_auth_service_pb2.UndoEmailChangeResponse]
    ) -> _guild_auth_v1_auth_service_pb2.UndoEmailChangeResponse:
        """Gives an account back to the address it had before a change: ends all its sessions, makes its password useless, and mails
        a token for a new one to the address. Addresses that it had earlier keep their ways back, those that it had later do not.

        Anybody who holds the mailed token may call it. Errors: INVALID_ARGUMENT (VERIFICATION_TOKEN_INVALID) for a token that is
        unknown, used or too old. Repeatable with an idempotency key.
        """
        ...
    async def StartPhoneVerification(
        self, request: _guild_auth_v1_auth_service_pb2.StartPhoneVerificationRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.StartPhoneVerificationRequest, _guild_auth_v1_auth_service_pb2.StartPhoneVerificationResponse]
    ) -> _guild_auth_v1_auth_service_pb2.StartPhoneVerificationResponse:
        """Sends a code to a phone number, which replaces codes that were sent there before.

        A signed-in member whose address is verified may call it. Errors: FAILED_PRECONDITION (EMAIL_NOT_VERIFIED);
        RESOURCE_EXHAUSTED (PHONE_CODE_THROTTLED) with RetryInfo when the number got several codes lately. Repeatable with an
        idempotency key.
        """
        ...
    async def ConfirmPhoneVerification(
        self, request: _guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationRequest, _guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ConfirmPhoneVerificationResponse:
        """Proves by the code that the phone number is the caller's, and makes it the one of their account.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PHONE_CODE_INVALID) for a wrong code, and for any after five
        wrong ones or ten minutes. Repeatable with an idempotency key.
        """
        ...
    async def RemovePhoneNumber(
        self, request: _guild_auth_v1_auth_service_pb2.RemovePhoneNumberRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RemovePhoneNumberRequest, _guild_auth_v1_auth_service_pb2.RemovePhoneNumberResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RemovePhoneNumberResponse:
        """Forgets the phone number of the caller.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def Login(
        self, request: _guild_auth_v1_auth_service_pb2.LoginRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.LoginRequest, _guild_auth_v1_auth_service_pb2.LoginResponse]
    ) -> _guild_auth_v1_auth_service_pb2.LoginResponse:
        """Opens a session, or answers `second_factor` where the account has a second factor: CompleteSecondFactor opens it then.

        Anybody may call it. Errors: UNAUTHENTICATED (INVALID_CREDENTIALS), the same answer at the same cost for an unknown
        address and a wrong password; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated failures, PERMISSION_DENIED
        (CHALLENGE_REQUIRED) after some of them where the operators ask for challenges, whether there is such an account or not. A
        suspended member signs in to what is left to them: everything else answers ACCOUNT_SUSPENDED. Not repeatable: each call
        opens another session.
        """
        ...
    async def CompleteSecondFactor(
        self, request: _guild_auth_v1_second_factor_pb2.CompleteSecondFactorRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.CompleteSecondFactorRequest, _guild_auth_v1_second_factor_pb2.CompleteSecondFactorResponse]
    ) -> _guild_auth_v1_second_factor_pb2.CompleteSecondFactorResponse:
        """Opens the session of a sign-in whose first proof was right, by a second factor.

        Anybody may call it who holds the token that Login or FinishPasskeyLogin answered, on the device that it was answered to,
        five times. Errors: UNAUTHENTICATED (SECOND_FACTOR_TOKEN_INVALID) for a token that is unknown, used, tried too often or too
        old; INVALID_ARGUMENT (SECOND_FACTOR_INVALID) for a wrong proof and for one that was used, also for a passkey whose device
        did not verify who used it where one began the sign-in; FAILED_PRECONDITION (PASSKEY_CHALLENGE_INVALID) for what a passkey
        answered to no challenge of this step, or too late; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated
        failures. Not repeatable: a session is opened once.
        """
        ...
    async def StepUp(
        self, request: _guild_auth_v1_second_factor_pb2.StepUpRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.StepUpRequest, _guild_auth_v1_second_factor_pb2.StepUpResponse]
    ) -> _guild_auth_v1_second_factor_pb2.StepUpResponse:
        """Proves once more who calls: answers an access token of the same session that is good, for minutes, for what asks for it
        with STEP_UP_REQUIRED.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PASSWORD_MISMATCH, SECOND_FACTOR_INVALID) for a wrong proof;
        FAILED_PRECONDITION (PASSKEY_CHALLENGE_INVALID) for what a passkey answered to no challenge of this session, or too late;
        FAILED_PRECONDITION (SECOND_FACTOR_REQUIRED) for the password of an account with a second factor; UNAUTHENTICATED
        (SESSION_REVOKED) when the session was ended meanwhile; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after
        repeated failures. Not repeatable: each call answers another token.
        """
        ...
    async def GetSecondFactors(
        self, request: _guild_auth_v1_second_factor_pb2.GetSecondFactorsRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.GetSecondFactorsRequest, _guild_auth_v1_second_factor_pb2.GetSecondFactorsResponse]
    ) -> _guild_auth_v1_second_factor_pb2.GetSecondFactorsResponse:
        """Tells which second factors the caller's account has.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def StartTotp(
        self, request: _guild_auth_v1_second_factor_pb2.StartTotpRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.StartTotpRequest, _guild_auth_v1_second_factor_pb2.StartTotpResponse]
    ) -> _guild_auth_v1_second_factor_pb2.StartTotpResponse:
        """Makes a secret for an authenticator app, in the place of one that was not confirmed; it counts from ConfirmTotp on.

        A signed-in member may call it, after StepUp. Errors: FAILED_PRECONDITION (TOTP_ALREADY_SET_UP). Not repeatable: its
        answer carries a secret; a repeat makes another.
        """
        ...
    async def ConfirmTotp(
        self, request: _guild_auth_v1_second_factor_pb2.ConfirmTotpRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.ConfirmTotpRequest, _guild_auth_v1_second_factor_pb2.ConfirmTotpResponse]
    ) -> _guild_auth_v1_second_factor_pb2.ConfirmTotpResponse:
        """Makes the authenticator app a second factor of the account, by a code that it shows. The member is told by mail.

        A signed-in member may call it, after StepUp. Errors: INVALID_ARGUMENT (SECOND_FACTOR_INVALID) for a wrong code, also when
        there is no secret to confirm; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated failures. Not
        repeatable: its answer carries secrets; whose answer was lost asks RegenerateRecoveryCodes.
        """
        ...
    async def DisableTotp(
        self, request: _guild_auth_v1_second_factor_pb2.DisableTotpRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.DisableTotpRequest, _guild_auth_v1_second_factor_pb2.DisableTotpResponse]
    ) -> _guild_auth_v1_second_factor_pb2.DisableTotpResponse:
        """Removes the authenticator app, and the recovery codes with the last second factor. The member is told by mail.

        A signed-in member may call it, after StepUp. No errors of its own. A repeat changes nothing.
        """
        ...
    async def RegenerateRecoveryCodes(
        self, request: _guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesRequest, _guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesResponse]
    ) -> _guild_auth_v1_second_factor_pb2.RegenerateRecoveryCodesResponse:
        """Makes ten new recovery codes in the place of those until now. The member is told by mail.

        A signed-in member may call it, after StepUp. Errors: FAILED_PRECONDITION (SECOND_FACTOR_MISSING). Not repeatable: its
        answer carries secrets; a repeat makes others.
        """
        ...
    async def StartPasskeyRegistration(
        self, request: _guild_auth_v1_passkey_pb2.StartPasskeyRegistrationRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.StartPasskeyRegistrationRequest, _guild_auth_v1_passkey_pb2.StartPasskeyRegistrationResponse]
    ) -> _guild_auth_v1_passkey_pb2.StartPasskeyRegistrationResponse:
        """Asks for a new passkey of the caller: answers what a browser makes one with.

        A signed-in member may call it, after StepUp. Errors: FAILED_PRECONDITION (TOO_MANY_PASSKEYS) for one who has twenty. A
        repeat changes nothing, and answers another challenge.
        """
        ...
    async def FinishPasskeyRegistration(
        self, request: _guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationRequest, _guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationResponse]
    ) -> _guild_auth_v1_passkey_pb2.FinishPasskeyRegistrationResponse:
        """Makes what a device answered to StartPasskeyRegistration a passkey of the caller: it signs in without the password, and is
        a second factor beside it. The member is told by mail.

        A signed-in member may call it, after StepUp, in the session that started it. Errors: INVALID_ARGUMENT (PASSKEY_INVALID)
        for an answer that is not one, or of another site; FAILED_PRECONDITION (PASSKEY_CHALLENGE_INVALID) when it answers no
        challenge of this session, or too late; ALREADY_EXISTS (PASSKEY_TAKEN) for a passkey of another account;
        FAILED_PRECONDITION (TOO_MANY_PASSKEYS). Not repeatable, because its answer carries secrets: a repeat answers the passkey
        without them, and who lost them asks RegenerateRecoveryCodes.
        """
        ...
    async def ListPasskeys(
        self, request: _guild_auth_v1_passkey_pb2.ListPasskeysRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.ListPasskeysRequest, _guild_auth_v1_passkey_pb2.ListPasskeysResponse]
    ) -> _guild_auth_v1_passkey_pb2.ListPasskeysResponse:
        """Lists the caller's passkeys, the oldest first.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def DeletePasskey(
        self, request: _guild_auth_v1_passkey_pb2.DeletePasskeyRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.DeletePasskeyRequest, _guild_auth_v1_passkey_pb2.DeletePasskeyResponse]
    ) -> _guild_auth_v1_passkey_pb2.DeletePasskeyResponse:
        """Removes a passkey of the caller if there is one of this id, and the recovery codes with the last second factor. The member
        is told by mail.

        A signed-in member may call it, after StepUp. No errors of its own. A repeat changes nothing.
        """
        ...
    async def StartPasskeyLogin(
        self, request: _guild_auth_v1_passkey_pb2.StartPasskeyLoginRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.StartPasskeyLoginRequest, _guild_auth_v1_passkey_pb2.StartPasskeyLoginResponse]
    ) -> _guild_auth_v1_passkey_pb2.StartPasskeyLoginResponse:
        """Asks for a sign-in with a passkey: answers what a browser asks its passkeys with, the same for everybody.

        Anybody may call it. No errors of its own. A repeat changes nothing, and answers another challenge.
        """
        ...
    async def FinishPasskeyLogin(
        self, request: _guild_auth_v1_passkey_pb2.FinishPasskeyLoginRequest, context: _aio.ServicerContext[_guild_auth_v1_passkey_pb2.FinishPasskeyLoginRequest, _guild_auth_v1_passkey_pb2.FinishPasskeyLoginResponse]
    ) -> _guild_auth_v1_passkey_pb2.FinishPasskeyLoginResponse:
        """Signs the member in whose passkey answered StartPasskeyLogin. It counts as both factors where the device verified who used
        it; elsewhere the second one is asked for, as Login does.

        Anybody may call it, from the network that started it. Errors: UNAUTHENTICATED (PASSKEY_REFUSED) for an answer that is not
        one, of another site, or of a passkey that no account has; FAILED_PRECONDITION (PASSKEY_CHALLENGE_INVALID) when it answers
        no challenge of this network, an answered one, or too late; FAILED_PRECONDITION (PASSKEY_NEEDS_PASSWORD) for one that
        counts beside the password only; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated failures. Not
        repeatable: a session is opened once.
        """
        ...
    async def StartSecondFactorRecovery(
        self, request: _guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryResponse]
    ) -> _guild_auth_v1_second_factor_pb2.StartSecondFactorRecoveryResponse:
        """Asks for the removal of all second factors of an account, for who knows the password and has lost the rest. It can be
        finished after a waiting period of days; until then every address of the account is mailed about it, its phone is sent a
        message, and any session, the link of the mail, a second factor or a new password ends it. A repeat answers the same time.

        Anybody may call it who holds the token that Login answered, on the device that it was answered to. Errors:
        UNAUTHENTICATED (SECOND_FACTOR_TOKEN_INVALID), also for one that FinishPasskeyLogin answered; RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo when it was asked for
        several times lately. Repeatable with an idempotency key.
        """
        ...
    async def FinishSecondFactorRecovery(
        self, request: _guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryResponse]
    ) -> _guild_auth_v1_second_factor_pb2.FinishSecondFactorRecoveryResponse:
        """Removes all second factors of an account after the waiting period; the password alone opens it then. The member is told
        by mail.

        Anybody may call it who holds the token that Login answered, on the device that it was answered to. Errors:
        UNAUTHENTICATED (SECOND_FACTOR_TOKEN_INVALID); FAILED_PRECONDITION (RECOVERY_NOT_DUE) before its time, with RetryInfo, and
        when nobody asked for it or it was ended. Repeatable with an idempotency key.
        """
        ...
    async def CancelSecondFactorRecovery(
        self, request: _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryRequest, _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryResponse]
    ) -> _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryResponse:
        """Ends a request to remove the caller's second factors.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def CancelSecondFactorRecoveryByMail(
        self, request: _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailRequest, context: _aio.ServicerContext[_guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailRequest, _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailResponse]
    ) -> _guild_auth_v1_second_factor_pb2.CancelSecondFactorRecoveryByMailResponse:
        """Ends a request to remove an account's second factors, by the link of the mail about it.

        Anybody who holds the mailed token may call it. Errors: INVALID_ARGUMENT (VERIFICATION_TOKEN_INVALID) for a token that is
        unknown, used or too old. Repeatable with an idempotency key.
        """
        ...
    async def RefreshToken(
        self, request: _guild_auth_v1_auth_service_pb2.RefreshTokenRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RefreshTokenRequest, _guild_auth_v1_auth_service_pb2.RefreshTokenResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RefreshTokenResponse:
        """Trades a refresh token for a new pair of tokens of the same session.

        Anybody who holds the refresh token may call it. Errors: UNAUTHENTICATED (REFRESH_TOKEN_INVALID) for a token that is
        unknown, expired or revoked; UNAUTHENTICATED (REFRESH_TOKEN_REUSED) for one that was already traded, which revokes the
        session. Not repeatable but within seconds, when the same successor is answered again.
        """
        ...
    async def Logout(
        self, request: _guild_auth_v1_auth_service_pb2.LogoutRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.LogoutRequest, _guild_auth_v1_auth_service_pb2.LogoutResponse]
    ) -> _guild_auth_v1_auth_service_pb2.LogoutResponse:
        """Ends the calling session; its access token stops working at once.

        A signed-in member may call it. No errors of its own. Idempotent in effect; a repeat is UNAUTHENTICATED, because the
        session is gone. A repeat changes nothing.
        """
        ...
    async def LogoutEverywhere(
        self, request: _guild_auth_v1_auth_service_pb2.LogoutEverywhereRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.LogoutEverywhereRequest, _guild_auth_v1_auth_service_pb2.LogoutEverywhereResponse]
    ) -> _guild_auth_v1_auth_service_pb2.LogoutEverywhereResponse:
        """Ends all sessions of the caller, the calling one included.

        A signed-in member may call it. No errors of its own. Idempotent in effect. A repeat changes nothing.
        """
        ...
    async def ListSessions(
        self, request: _guild_auth_v1_auth_service_pb2.ListSessionsRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ListSessionsRequest, _guild_auth_v1_auth_service_pb2.ListSessionsResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ListSessionsResponse:
        """Lists the caller's open sessions, the most recently used first.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def RevokeSession(
        self, request: _guild_auth_v1_auth_service_pb2.RevokeSessionRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RevokeSessionRequest, _guild_auth_v1_auth_service_pb2.RevokeSessionResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RevokeSessionResponse:
        """Ends one session of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (SESSION_NOT_FOUND), also for sessions of others. A repeat changes
        nothing.
        """
        ...
    async def ChangePassword(
        self, request: _guild_auth_v1_auth_service_pb2.ChangePasswordRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ChangePasswordRequest, _guild_auth_v1_auth_service_pb2.ChangePasswordResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ChangePasswordResponse:
        """Replaces the caller's password and ends all their other sessions.

        A signed-in member may call it, after StepUp. Errors: INVALID_ARGUMENT (PASSWORD_MISMATCH) when the current password is wrong,
        INVALID_ARGUMENT (PASSWORD_TOO_WEAK); RESOURCE_EXHAUSTED (LOGIN_THROTTLED) with RetryInfo after repeated wrong passwords.
        Repeatable with an idempotency key.
        """
        ...
    async def RequestPasswordReset(
        self, request: _guild_auth_v1_auth_service_pb2.RequestPasswordResetRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RequestPasswordResetRequest, _guild_auth_v1_auth_service_pb2.RequestPasswordResetResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RequestPasswordResetResponse:
        """Asks for a mail with a reset token. The answer is the same whether the address has an account or not.

        Anybody may call it. No errors of its own. An account gets three such mails an hour. Repeatable with an idempotency key.
        """
        ...
    async def ResetPassword(
        self, request: _guild_auth_v1_auth_service_pb2.ResetPasswordRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.ResetPasswordRequest, _guild_auth_v1_auth_service_pb2.ResetPasswordResponse]
    ) -> _guild_auth_v1_auth_service_pb2.ResetPasswordResponse:
        """Sets a new password by a mailed token and ends all sessions of the account.

        Anybody who holds the token may call it. Errors: INVALID_ARGUMENT (RESET_TOKEN_INVALID) for a token that is unknown, used
        or too old; INVALID_ARGUMENT (PASSWORD_TOO_WEAK). Repeatable with an idempotency key.
        """
        ...
    async def GetJwks(
        self, request: _guild_auth_v1_auth_service_pb2.GetJwksRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.GetJwksRequest, _guild_auth_v1_auth_service_pb2.GetJwksResponse]
    ) -> _guild_auth_v1_auth_service_pb2.GetJwksResponse:
        """Gives the public keys that verify access tokens, as an RFC 7517 key set: those in use and those about to be.

        Anybody may call it. No errors of its own. Reads only.
        """
        ...
    async def RotateSigningKey(
        self, request: _guild_auth_v1_auth_service_pb2.RotateSigningKeyRequest, context: _aio.ServicerContext[_guild_auth_v1_auth_service_pb2.RotateSigningKeyRequest, _guild_auth_v1_auth_service_pb2.RotateSigningKeyResponse]
    ) -> _guild_auth_v1_auth_service_pb2.RotateSigningKeyResponse:
        """Makes a new key that signs access tokens after all roles have read it; the keys until now verify what they signed until
        that is over, so that nobody is signed out.

        Operators may call it. Errors: FAILED_PRECONDITION (SIGNING_KEYS_READ_ONLY) where keys are mounted from elsewhere, and
        changed there. Repeatable with an idempotency key.
        """
        ...

def add_AuthServiceServicer_to_server(
    servicer: AuthServiceServicer, server: _typing.Any
) -> None: ...
