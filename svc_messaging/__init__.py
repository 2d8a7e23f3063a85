"""The messaging service: conversations, the chat stream and notifications."""
