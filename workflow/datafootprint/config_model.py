"""The keys of the configuration: type, default, bounds and meaning of each.

The table of keys in docs/config.md and the JSON Schemas for editors are made from it. A key that is
`own` is about the dataset: its card may set it, and null takes the value of the card.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from datafootprint.config_priors import Priors
from datafootprint.config_types import (
    DISTINCT,
    Count,
    Csv,
    Factor,
    Fraction,
    KwhPerTerabyte,
    NonNegative,
    Part,
    PathText,
    Positive,
    Pue,
    Section,
    Seed,
    Share,
    Text,
    TonnesPerPerson,
    Variants,
    Year,
    key,
    own,
    retired,
    section,
    written,
)
from datafootprint.config_venues import VenueYear, YearKey
from datafootprint.literature.counting import CountingService
from datafootprint.literature.methods import METHODS
from datafootprint.literature.services import SERVICES
from lab.lab_config import Bias, Measure

#: Intensity of the world in 2024 (IEA), CO2 only, as in the paper.
WORLD_G_PER_KWH = 445

_LOCAL = r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?"
Host = Annotated[
    str,
    written(
        rf"^(https://[^/@?#\s]+|{_LOCAL})(/[^@?#\s]*)?$",
        "an address without password or query that begins with https:// (http:// only for this "
        "machine)",
    ),
]
Server = Annotated[
    str,
    written(
        r"^https?://[^@?#\s]+$", "an address that begins with http:// or https://, without password"
    ),
]
Venue = Annotated[
    str, written("^[A-Za-z0-9_.]+$", "a name of letters, digits, _ and . (part of file names)")
]


def _one_of(*names: str) -> Any:
    allowed = f"{', '.join(names)} or the path of a CSV file (.csv)"
    return written(rf"^({'|'.join(names)}|.+\.csv)$", allowed)


SecondSource = Annotated[PathText, _one_of("published", *SERVICES)]
PublicationSource = Annotated[PathText, _one_of("published", *SERVICES, "venue")]
Keyword = Annotated[str, written(r"\w", "a text with at least one letter or digit")]
#: YAML reads a date without quotes as a date.
Retrieved = Annotated[
    str,
    BeforeValidator(str),
    written(r"^(latest|\d{4}-\d{2}-\d{2})$", "latest or a date such as 2026-11-22"),
]
Names = Annotated[list[Text], Field(min_length=1), DISTINCT]
Years = Annotated[list[Year], Field(min_length=1), DISTINCT]
Shares = Annotated[list[Share], Field(min_length=1), DISTINCT]


class OpenReview(Section):
    """The service OpenReview. User and password come from the environment."""

    baseurl_v1: Host = key("https://api.openreview.net", "Host of API v1")
    baseurl_v2: Host = key("https://api2.openreview.net", "Host of API v2")
    pdfs_per_request: int = key(50, "PDFs per request (API v2)", ge=1, le=50)


class Download(Section):
    """Limits of the download."""

    budget_hours: Positive | None = key(None, "Stop after these hours; null: no limit")
    request_seconds: Positive = key(900, "Longest time for one answer in seconds")
    max_megabytes: Positive = key(100, "Largest PDF in 10^6 bytes")


class Papers(Section):
    """The papers of a venue, their PDFs and texts."""

    source: Literal["openreview", "folder"] | None = key(
        None, "Where papers are listed: openreview, or a folder of PDFs; null: none are read"
    )
    venue: Venue | None = key(None, "Entry of the venue table; null: ICLR, or folder for a folder")
    years: Years = key([2023, 2024, 2025], "Years to read; they replace the counts of these years")
    folder: PathText | None = key(None, "PDFs: <year>/<paper_id>.pdf, or listed in manifest.csv")
    cache_dir: PathText = key("cache", "Folder that keeps listings, PDFs, texts and answers")
    pdf_engine: Literal["pypdfium2", "pdfplumber", "pypdf"] = key("pypdfium2", "Reader of PDFs")
    shards: int = key(1, "Jobs per year of download, search and labelling", ge=1, le=1000)
    seconds_per_pdf: Positive = key(60, "Longest time for one PDF in seconds")
    megabytes_per_pdf: Positive = key(2000, "Memory for one PDF in 10^6 bytes")
    venues: dict[str, dict[YearKey, VenueYear]] = key({}, "More entries as in data/venues.yaml")
    openreview: OpenReview = section()
    download: Download = section()

    @model_validator(mode="after")
    def _has_a_folder(self) -> Self:
        if self.source == "folder" and self.folder is None:
            raise ValueError("source is folder, but folder is null; name the folder of the PDFs")
        return self


class LanguageModel(Section):
    """The language model of `classifier: llm`. Its key is OPENAI_API_KEY in the environment."""

    base_url: Server | None = key(None, "Server with OpenAI's chat completions; null: OpenAI")
    model: Text = key("gpt-4.1-mini", "Name of the model at that server")
    temperature: NonNegative | None = key(0, "Sampling temperature; null: the server's")
    reasoning_effort: Text | None = key(None, "How long a thinking model thinks, such as low")
    response_format: Literal["json_schema", "json_object", "none"] | None = key(
        None,
        "How the shape of an answer is asked for; null: json_schema, or less as the server knows",
    )
    context: Literal["passages", "full_text"] = key("passages", "What is sent of a paper")
    concurrency: int = key(8, "Requests at the same time, per job", ge=1, le=1000)
    requests_per_minute: Positive | None = key(500, "Most requests per minute; null: no limit")
    tokens_per_minute: Positive | None = key(200_000, "Most tokens per minute; null: no limit")
    timeout_s: Positive = key(120, "Longest wait for an answer in seconds")
    max_output_tokens: int = key(
        1000, "Most tokens of an answer, thinking included", ge=100, le=10**6
    )
    max_tokens_key: Literal["max_tokens", "max_completion_tokens", "both"] | None = key(
        None, "Name of that limit in a request; null: what servers of this kind read"
    )
    unusable_share: Share = key(
        0.1, "Largest share of papers without a usable answer; else it stops"
    )
    input_usd_per_million_tokens: NonNegative | None = key(
        None, "US dollars for 10^6 tokens sent; null: 0.4, or 0 for a local server"
    )
    output_usd_per_million_tokens: NonNegative | None = key(
        None, "US dollars for 10^6 tokens received; null: 1.6, or 0 for a local server"
    )
    batch_price_factor: Share = key(0.5, "Price of a batch over that of single requests")
    budget_usd: NonNegative = key(5, "Most US dollars of all runs with the same papers.cache_dir")
    batch: bool = key(False, "Use the Batch API: half the price, answers within a day")
    batch_tokens: Positive | None = key(
        None, "Most tokens in the queue of batches; null: as many as the server takes"
    )
    batch_poll_s: Positive = key(60, "Seconds between two looks at a batch")
    watts: Positive | None = key(None, "Power of your own server in watts while it answers")


class AuditSample(Section):
    """The papers that `snakemake audit` draws for a person to read."""

    papers: Count = key(200, "Papers in the sample")
    seed: Seed = key(1, "Seed of the draw")


class GivenRates(Section):
    """Error rates of labels: exact ones, or the counts of papers behind measured ones."""

    sensitivity: Share | None = key(None, "Share labelled so of the papers that trained")
    specificity: Share | None = key(None, "Share not labelled so of the others")
    positives: Count | None = key(None, "Papers that trained on the dataset")
    found: NonNegative | None = key(None, "Those of them labelled so")
    negatives: Count | None = key(None, "Other papers")
    refused: NonNegative | None = key(None, "Those of them not labelled so")

    @model_validator(mode="after")
    def _are_rates_or_counts(self) -> Self:
        known = self.model_dump(exclude_none=True)
        if set(known) == {"positives", "found", "negatives", "refused"}:
            if known["found"] > known["positives"] or known["refused"] > known["negatives"]:
                raise ValueError("has more papers labelled rightly than papers")
        elif set(known) != {"sensitivity", "specificity"}:
            raise ValueError(
                "needs sensitivity and specificity, or positives, found, negatives and refused"
            )
        elif known["sensitivity"] + known["specificity"] <= 1:
            raise ValueError("has rates of at most 1 together, so that labels say nothing")
        return self


_Errors = Literal["none", "rules", "llm", "read"] | GivenRates


class LabelErrors(Section):
    """How sure labels are, by the source of a year's counts: none, the measured rates of the rules,
    the assumed ones of a language model, `read`: these, held against papers that were read, or
    rates of yours: exact ones (sensitivity, specificity), or counts of papers behind them
    (positives, found, negatives, refused).
    """

    published: _Errors = key("read", "Counts of the dataset's publication")
    table: _Errors = key("none", "Counts of a table of your own")
    live: _Errors | None = key(None, "Papers that are read; null: usage.classifier")


class Usage(Section):
    """Papers of the venue that mention the dataset and that trained on it."""

    counts: Csv | None = key(
        None, "CSV (year, accepted, mentioning, trained); null: the dataset's usage_counts.csv"
    )
    classifier: Literal["rules", "llm"] = key("rules", "Who labels papers: rules, or a model")
    count_variants: Names | None = own("Variants that count; `unspecified`: a paper names none")
    review_below: Fraction = key(
        0.5, "rules: a label of less confidence (0 to 1) is left to a person and does not count"
    )
    llm: LanguageModel = section()
    audit_sample: AuditSample = section()
    audit: PathText | None = key(None, "The sample with a person's labels, which correct counts")
    label_errors: LabelErrors = section()


class Projection(Section):
    """How the yearly shares are continued to years without counts."""

    until: Year | None = own("Last year of the estimate")
    # The names of `projection.models.MODELS`, which is too slow to import here.
    model: Literal["ols", "wls", "logit", "constant", "last", "bayes", "strata"] = key(
        "ols", "Model"
    )
    abstracts: Csv | None = key(
        None, "strata: CSV (year, basis, stratum, papers); null: the dataset's, for its own counts"
    )
    slope_prior_sd: Positive = key(0.05, "bayes: standard deviation of the slope, logits per year")


def _section_of(service: CountingService) -> Any:
    """Return the section of a service that counts publications, and its field."""
    model = create_model(
        service.name,
        __base__=Section,
        __doc__=f"A service. Its key is {service.key_variable} in the environment.",
        base_url=(Host, key(service.base_url, "Address")),
    )
    return model, section()


_Services: Any = create_model(
    "_Services", __base__=Section, **{name: _section_of(SERVICES[name]) for name in SERVICES}
)


class Literature(_Services):  # type: ignore[misc] # a section per service of the registry
    """Publications per year that mention the dataset."""

    source: PublicationSource | None = own(
        "published (the dataset's publications.csv), a service, a CSV, or venue: the observed "
        "papers of the venue alone, not scaled up"
    )
    keyword: Keyword | None = own("What a service searches for; several words are a phrase")
    snapshots: PathText = key("data/snapshots/literature", "Folder of dated answers of services")
    retrieved: Retrieved = key("latest", "Snapshot: latest, or a date; today's (UTC) asks again")
    compare_with: SecondSource | None = key(None, "A second source beside the first")
    disagreement_factor: Factor = key(1.5, "Warn where one count is more than so many times other")


class Hub(Section):
    """Copies of the dataset on the Hugging Face Hub."""

    source: Literal["published", "live"] = key(
        "published", "published (the dataset's hub_copies.csv) or live (the Hub)"
    )
    search: str | None = own("Text in the identifiers; an empty one lists the whole Hub")
    variants: Variants | None = own("Kinds of identifiers; the first pattern found decides")
    dataset_variant: str | None = own("The kind that is the dataset itself")
    snapshots: PathText = key("data/snapshots/hub", "Folder of dated listings")
    retrieved: Retrieved = key("latest", "Listing: latest, or a date; today's (UTC) lists again")
    cache_dir: PathText = key("cache/hub", "Folder of the pages of a listing")

    @model_validator(mode="after")
    def _searches_live(self) -> Self:
        if self.source == "published" and self.search is not None:
            raise ValueError(f"search is {self.search!r}, but source is published; set it to live")
        return self


#: What the papers that were read report.
Observed = Literal["observed"]


class Training(Section):
    """What a training run is and consumes. The method `as_observed` observes all it can."""

    epochs: Positive | Observed | None = own("Epochs per run, or observed by year")
    variant_share: Part | Observed = key(
        1, "Share of published `trained` papers that used the whole dataset, or observed"
    )
    runs_per_paper: Positive | Observed = key(1, "Training runs per paper, or observed")
    hardware: Literal["paper", "observed"] = key(
        "paper", "Energy per epoch of every run: that of energy_model, or observed by year"
    )
    energy_model: Text | None = own("Model of the energy table that stands for a run")
    energy_subset: Text | None = own("Subset of the energy table that stands for a run")
    kwh_per_epoch: Positive | None = own("Energy per epoch in kWh; null: the energy table's")
    pue_in_measurement: Pue | None = own("PUE that the energy contains (Carbontracker: 1.58)")
    pue_target: Pue = key(1.58, "PUE to report for; energy x pue_target / pue_in_measurement")
    use_unfit_energy: bool = key(
        False,
        "Whether an energy may stand for a run that was measured on another dataset or model than "
        "the dataset's, without a GPU, or with powers mostly assumed; the report says so first",
    )


class Energy(Section):
    """Where the energy per epoch comes from."""

    logs: PathText | None = key(None, "Folder of logs and runs.csv; null: the dataset's table")
    measure: Measure = section()


class Storage(Section):
    """What stored copies consume."""

    copies_per_run: NonNegative = key(1, "Copies kept per training run")
    years: NonNegative = key(1, "Years that a copy is kept")
    kwh_per_tb_year: KwhPerTerabyte = key(60, "Energy in kWh per decimal terabyte and year")


IN_GRAMS = "0 or from 5 to 2000 g/kWh"


def _in_grams(intensity: float) -> float:
    if intensity != 0 and not 5 <= intensity <= 2000:
        raise ValueError(f"is {intensity}, but must be {IN_GRAMS}; is it meant in kg or in g?")
    return intensity


Intensity = Annotated[
    NonNegative,
    Field(json_schema_extra={"patternErrorMessage": IN_GRAMS}),
    AfterValidator(_in_grams),
]


class Carbon(Section):
    """Carbon intensity of electricity, and the emissions of a person to compare with."""

    intensity_g_per_kwh: Intensity | None = key(
        None, "Intensity in g/kWh; null: that of `country`, or 445 (world 2024, IEA, CO2)"
    )
    gas_basis: Literal["co2", "co2e"] = key("co2", "Gas that intensity_g_per_kwh counts")
    country: str | None = key(None, "World, or an ISO 3166-1 alpha-3 code such as DEU (CO2e)")
    year: int | Literal["each"] | None = key(None, "Year of that intensity; each: of each run")
    per_capita_t: TonnesPerPerson | None = key(
        None, "Annual tonnes of a person; null: 4.73 (CO2) or 6.59 (CO2e)"
    )

    @model_validator(mode="after")
    def _charges_once(self) -> Self:
        typed = self.intensity_g_per_kwh
        if self.gas_basis == "co2e" and self.country is None and typed is None:
            raise ValueError(
                f"gas_basis is co2e, but intensity_g_per_kwh is null, which is {WORLD_G_PER_KWH} g "
                "of CO2 only; give an intensity that counts CO2e, or country: World"
            )
        if self.country is not None and typed is not None:
            raise ValueError(
                f"country is {self.country} and intensity_g_per_kwh is {typed}; set one of them to "
                "null"
            )
        if (self.country is None) != (self.year is None):
            raise ValueError("country and year go together; set both, or both to null")
        return self


class Frugality(Section):
    """Scenarios of training on a subset."""

    subset: Text | None = own("Subset of the energy table whose savings count")
    pruned_fraction: Fraction | None = own("Fraction of the samples that it leaves out")
    adoption: Shares = key([0.1, 0.5, 1.0], "Fractions of the runs that use the subset")
    epochs: Annotated[list[Positive], DISTINCT] = key(
        [90, 300], "Epochs per run to show beside training.epochs", min_length=1
    )


class Impacts(Section):
    """Impacts beside the electricity, never part of the totals."""

    embodied: bool = key(False, "Estimate emissions from making the hardware")
    water: bool = key(False, "Estimate water for cooling")
    utilisation: Part = key(1.0, "Part of its life that a GPU works; 1: a lower bound")


class Uncertainty(Section):
    """Monte Carlo over what is not known exactly."""

    draws: int = key(100_000, "Number of draws", ge=1000, le=2_000_000)
    seed: Seed = key(1, "Seed; the same one gives the same table on any machine")
    priors: Priors = section()


class Methods(Section):
    """The methods of the estimate; all that the dataset has tables for are computed and shown."""

    headline: Literal[tuple(METHODS)] = key(  # type: ignore[valid-type]
        "as_described", "Method that leads the report"
    )


class Scenario(Section):
    """Factors that replace those of the run; what is not named stays."""

    carbon: Carbon = section()
    training: Training = section()
    storage: Storage = section()
    methods: Methods = section()

    @model_validator(mode="after")
    def _keeps_the_runs(self) -> Self:
        about_runs = {"variant_share", "runs_per_paper", "hardware"}
        if self.training.epochs == "observed":
            about_runs.add("epochs")
        if changed := sorted(about_runs & self.training.model_fields_set):
            raise ValueError(
                f"has training.{changed[0]}, but a scenario keeps what a run is; put it in a file, "
                "run that in another folder, and `snakemake compare`"
            )
        return self


class Configuration(Section):
    """Configuration of Datafootprint."""

    dataset: Annotated[
        PathText,
        retired(
            lambda value: isinstance(value, dict),
            "is now a folder: write these keys into its dataset.yaml, and its path here",
        ),
    ] = key("imagenet-1k", "Folder with a dataset.yaml, or the name of one in data/")
    carbon: Carbon = section()
    training: Training = section()
    storage: Storage = section()
    projection: Projection = section()
    papers: Papers = section()
    usage: Usage = section()
    literature: Literature = section()
    hub: Hub = section()
    energy: Energy = section()
    frugality: Frugality = section()
    uncertainty: Uncertainty = section()
    impacts: Impacts = section()
    methods: Methods = section()
    scenarios: dict[Text, Scenario] = key(
        {
            "world, year of each run": {"carbon": {"country": "World", "year": "each"}},
            "France, 2023": {"carbon": {"country": "FRA", "year": 2023}},
            "efficient data centre": {"training": {"pue_target": 1.1}},
        },
        "Overlays of factors to compare, by name, in scenarios.csv",
        validate_default=True,
    )
    compare: PathText | None = key(
        None, "Folder `results` of another run, which `snakemake compare` puts beside this one"
    )
    bias: Bias = section()
