"""The door: tickets are shown, scanned and handed on; who was let in, where and when, also without a network."""
