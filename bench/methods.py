"""The methods that are put under load; importing this makes their policies known, so that calls get their deadlines."""

from google.protobuf.descriptor import ServiceDescriptor

from guild.auth.v1 import auth_service_pb2 as auth
from guild.feed.v1 import feed_service_pb2 as feed
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import connection_service_pb2 as graph
from guild.messaging.v1 import messaging_service_pb2 as messaging
from guild.profile.v1 import profile_service_pb2 as profile


def _path(module: object, service: str, method: str) -> str:
    descriptor: ServiceDescriptor = module.DESCRIPTOR.services_by_name[service]  # pyright: ignore[reportAttributeAccessIssue] - generated
    return f"/{descriptor.full_name}/{descriptor.methods_by_name[method].name}"


REGISTER = _path(auth, "AuthService", "Register")
LOGIN = _path(auth, "AuthService", "Login")
GET_FEED = _path(feed, "FeedService", "GetFeed")
LIST_USER_POSTS = _path(feed, "FeedService", "ListUserPosts")
GET_ME = _path(profile, "ProfileService", "GetMe")
SEARCH_PEOPLE = _path(profile, "ProfileService", "SearchPeople")
GET_POST = _path(posts, "PostService", "GetPost")
REACT_TO_POST = _path(posts, "PostService", "ReactToPost")
CREATE_POST = _path(posts, "PostService", "CreatePost")
REQUEST_CONNECTION = _path(graph, "ConnectionService", "RequestConnection")
ACCEPT_CONNECTION = _path(graph, "ConnectionService", "AcceptConnection")
MUTUAL = _path(graph, "ConnectionService", "ListMutualConnections")
NETWORK_SIZE = _path(graph, "ConnectionService", "GetNetworkSize")
SUGGESTIONS = _path(graph, "ConnectionService", "ListSuggestions")
DEGREES = _path(graph, "ConnectionService", "BatchGetDegrees")
CHECK_ACCESS = _path(graph, "ConnectionService", "CheckAccess")
CHAT = _path(messaging, "MessagingService", "Chat")
