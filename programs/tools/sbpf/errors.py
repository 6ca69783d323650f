class LinkError(Exception):
    """The object can't become a program; the message says what in it is the matter."""
