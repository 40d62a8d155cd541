"""The forms of the entrance. Codes work once; labels say what to type."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from gemba.kernel.entrance.factors import first_use


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs.update(autocomplete="username webauthn", autofocus=True)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class _OnceMixin:
    """A code that was used does not work again within the time for which a clock would accept it (AUT-10)."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not first_use(self.user, code):
            raise forms.ValidationError(_("This code was used already. Wait for the next one."))
        return code


class CodeForm(_OnceMixin, AuthenticateForm):
    pass


class AgainCodeForm(_OnceMixin, ReauthenticateForm):
    pass


class ForgottenForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


def rules() -> list[str]:
    """The rules for passwords, each a sentence."""
    return [str(text) for text in password_validators_help_texts() if text]


class PasswordForm(forms.Form):
    """A new password, typed twice. Nothing is stripped, every character is allowed."""

    password = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The same once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", _("The two are not the same."))
        return found


class ChangeForm(ChangePasswordForm):
    """The same words as everywhere else, and each once: a name inside an empty field is gone when one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Password until now"),
            "password1": _("New password"),
            "password2": _("The same once more"),
        }
        for name, label in words.items():
            field = self.fields[name]
            field.label = label
            field.widget.attrs.pop("placeholder", None)
            field.help_text = " ".join(rules()) if name == "password1" else ""


class FirstForm(PasswordForm):
    """Who administers this installation."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail, by which you sign in"))
    field_order = ("name", "email", "password", "again")
