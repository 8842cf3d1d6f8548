"""What the configuration says about the language model."""

from datafootprint.config_model import LanguageModel


class Settings(LanguageModel):
    """The section `usage.llm` of the configuration."""

    @property
    def server(self) -> str:
        """Where the model is, for a sentence."""
        return self.base_url or "api.openai.com"

    def cost_usd(self, input_tokens: float, output_tokens: float) -> float:
        """Return what a request of so many tokens costs, in US dollars."""
        usd = (
            input_tokens * self.input_usd_per_million_tokens
            + output_tokens * self.output_usd_per_million_tokens
        ) / 1e6
        return usd * self.batch_price_factor if self.batch else usd
