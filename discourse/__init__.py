"""Comparative discourse analytics: term frequencies, stance and topics across speakers and administrations."""
