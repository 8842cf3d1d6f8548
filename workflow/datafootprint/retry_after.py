"""The former place of `waiting.retry_after`."""

from datafootprint.waiting import retry_after

__all__ = ["retry_after"]
