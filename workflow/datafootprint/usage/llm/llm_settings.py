"""What the configuration says about the language model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The section `usage.llm` of the configuration, where every key is described."""

    base_url: str | None
    model: str
    temperature: float | None
    context: str
    concurrency: int
    requests_per_minute: float | None
    tokens_per_minute: float | None
    timeout_s: float
    max_output_tokens: int
    input_usd_per_million_tokens: float
    output_usd_per_million_tokens: float
    batch_price_factor: float
    budget_usd: float
    batch: bool
    batch_poll_s: float

    @property
    def server(self) -> str:
        """Where the model is, for a sentence."""
        return self.base_url or "api.openai.com"

    def cost_usd(self, input_tokens: float, output_tokens: float) -> float:
        """Return what a request of so many tokens costs, in US dollars."""
        factor = self.batch_price_factor if self.batch else 1.0
        return (
            factor
            * (
                input_tokens * self.input_usd_per_million_tokens
                + output_tokens * self.output_usd_per_million_tokens
            )
            / 1e6
        )
