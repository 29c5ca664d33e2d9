"""Errors that say who must act; a bad record is never one of them."""


class SetupError(Exception):
    """Say what a person must do; the message names the next step."""


class TransientError(Exception):
    """Say that the same call may succeed later."""
