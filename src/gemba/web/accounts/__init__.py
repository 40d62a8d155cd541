"""Signing in: passwords, codes, passkeys, one-time links. Built on django-allauth, without any sign-up."""
