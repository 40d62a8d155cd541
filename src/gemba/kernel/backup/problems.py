"""What can go wrong with a backup, as sentences for the person at the terminal."""


class BackupError(RuntimeError):
    """It could not be done; `args` are sentences. Nothing half-written stays behind."""


class DamagedError(BackupError):
    """The file is not, or not completely, what was written."""


class WrongKeyError(BackupError):
    """The file cannot be opened with the passphrase or key that was given."""
