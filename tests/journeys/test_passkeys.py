"""Passkeys in a real browser, with a device that the browser plays itself."""

from tests.cast import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_signs_in_and_is_removed(shown, look):
    watched = look(shown)
    page = watched.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    watched.sign_in("connie", PASSWORD).go("/account")
    watched.page.locator("#passkey-name").fill("My telephone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="My telephone").wait_for()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This device has a passkey for you here already.").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    # The browser offers it among what it fills in; this one takes it at once.
    watched.go("/sign-in?next=/account")
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    watched.go("/sign-in?next=/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/account")
    assert "last used" in page.locator("li", has_text="My telephone").inner_text()
    page.get_by_role("link", name="Remove the passkey My telephone").click()
    watched.press("Remove it")
    assert page.get_by_text("My telephone").count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    watched.go("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey is not known here.").wait_for()
    watched.said.clear()  # The browser says of its own accord that it was answered with 422.
    devices.send("WebAuthn.removeVirtualAuthenticator", device)
