"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.notification.v1 import notification_service_pb2 as _guild_notification_v1_notification_service_pb2

class NotificationServiceStub:
    """Notifications in the product and on devices. Everybody has their own only."""
    def __init__(self, channel: _aio.Channel) -> None: ...
    ListNotifications: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.ListNotificationsRequest, _guild_notification_v1_notification_service_pb2.ListNotificationsResponse]
    StreamNotifications: _aio.UnaryStreamMultiCallable[_guild_notification_v1_notification_service_pb2.StreamNotificationsRequest, _guild_notification_v1_notification_service_pb2.StreamNotificationsResponse]
    MarkNotificationsSeen: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.MarkNotificationsSeenRequest, _guild_notification_v1_notification_service_pb2.MarkNotificationsSeenResponse]
    RegisterDevice: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.RegisterDeviceRequest, _guild_notification_v1_notification_service_pb2.RegisterDeviceResponse]
    UnregisterDevice: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.UnregisterDeviceRequest, _guild_notification_v1_notification_service_pb2.UnregisterDeviceResponse]
    GetNotificationPreferences: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.GetNotificationPreferencesRequest, _guild_notification_v1_notification_service_pb2.GetNotificationPreferencesResponse]
    UpdateNotificationPreferences: _aio.UnaryUnaryMultiCallable[_guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesRequest, _guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesResponse]

class NotificationServiceServicer:
    """Notifications in the product and on devices. Everybody has their own only."""
    async def ListNotifications(
        self, request: _guild_notification_v1_notification_service_pb2.ListNotificationsRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.ListNotificationsRequest, _guild_notification_v1_notification_service_pb2.ListNotificationsResponse]
    ) -> _guild_notification_v1_notification_service_pb2.ListNotificationsResponse:
        """Lists the caller's notifications, newest first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    def StreamNotifications(
        self, request: _guild_notification_v1_notification_service_pb2.StreamNotificationsRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.StreamNotificationsRequest, _guild_notification_v1_notification_service_pb2.StreamNotificationsResponse]
    ) -> _abc.AsyncIterator[_guild_notification_v1_notification_service_pb2.StreamNotificationsResponse] | _abc.Awaitable[None]:
        """Streams the caller's notifications as they come, after those that are newer than `after_id`. Over REST: server-sent
        events, or JSON lines for those who do not accept them.

        Callers: members. Errors: UNAUTHENTICATED once the session ends. Reads only.
        """
        ...
    async def MarkNotificationsSeen(
        self, request: _guild_notification_v1_notification_service_pb2.MarkNotificationsSeenRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.MarkNotificationsSeenRequest, _guild_notification_v1_notification_service_pb2.MarkNotificationsSeenResponse]
    ) -> _guild_notification_v1_notification_service_pb2.MarkNotificationsSeenResponse:
        """Marks notifications as seen.

        Callers: members; ids of others are passed over. No errors of its own. A repeat changes nothing.
        """
        ...
    async def RegisterDevice(
        self, request: _guild_notification_v1_notification_service_pb2.RegisterDeviceRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.RegisterDeviceRequest, _guild_notification_v1_notification_service_pb2.RegisterDeviceResponse]
    ) -> _guild_notification_v1_notification_service_pb2.RegisterDeviceResponse:
        """Registers a device for push notifications. A token that another member registered moves to the caller.

        Callers: members. Errors: TOO_MANY_DEVICES. A repeat changes nothing.
        """
        ...
    async def UnregisterDevice(
        self, request: _guild_notification_v1_notification_service_pb2.UnregisterDeviceRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.UnregisterDeviceRequest, _guild_notification_v1_notification_service_pb2.UnregisterDeviceResponse]
    ) -> _guild_notification_v1_notification_service_pb2.UnregisterDeviceResponse:
        """Stops push notifications to a device; one that is not registered stays so.

        Callers: its owner. No errors of its own. A repeat changes nothing.
        """
        ...
    async def GetNotificationPreferences(
        self, request: _guild_notification_v1_notification_service_pb2.GetNotificationPreferencesRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.GetNotificationPreferencesRequest, _guild_notification_v1_notification_service_pb2.GetNotificationPreferencesResponse]
    ) -> _guild_notification_v1_notification_service_pb2.GetNotificationPreferencesResponse:
        """Reads what the caller wants to be told, and where.

        Callers: members. No errors of its own. Reads only.
        """
        ...
    async def UpdateNotificationPreferences(
        self, request: _guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesRequest, context: _aio.ServicerContext[_guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesRequest, _guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesResponse]
    ) -> _guild_notification_v1_notification_service_pb2.UpdateNotificationPreferencesResponse:
        """Changes what the caller wants to be told, and where.

        Callers: members. Errors: TIME_ZONE_UNKNOWN, FIELD_NOT_UPDATABLE. Repeatable with an idempotency key.
        """
        ...

def add_NotificationServiceServicer_to_server(
    servicer: NotificationServiceServicer, server: _typing.Any
) -> None: ...
