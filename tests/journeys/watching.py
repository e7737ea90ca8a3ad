"""A page in Chromium of which nothing escapes: what it asks for, and what its console says."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

# Chromium reports what the policy stopped to the page alone; the page tells it on.
TELL = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


class Watched:
    def __init__(self, page: Page):
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.asked.append(urlsplit(request.url).path))
        page.add_init_script(TELL)

    def go(self, address: str) -> "Watched":
        self.page.goto(address)
        return self

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def press(self, button: str) -> None:
        """Press the button with these words, and wait for the page that follows."""
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def sign_in(self, login: str, password: str) -> "Watched":
        self.go("/sign-in")
        self.fill(login=login, password=password)
        self.press("Sign in")
        return self

    def _dialog(self, dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()
