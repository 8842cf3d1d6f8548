"""Make the invented papers of the demonstration, whose use of the dataset is known.

    python data/demo/make_papers.py

writes `papers/<year>/<paper_id>.pdf`, `papers/manifest.csv` and `truths.csv` beside this file; the
same bytes each time. The PDFs are written by hand: text in Helvetica, nothing else.
"""

import csv
import textwrap
from pathlib import Path

HERE = Path(__file__).parent
LINES_A_PAGE = 54
COLUMNS = 92

# paper_id, year, title, label, variant, sentences of the experiments, reference that names it
PAPERS = [
    (
        "demo2301",
        2023,
        "Gated Residual Units for Image Recognition",
        "trained_from_scratch",
        "ImageNet-1K",
        "We train a network with gated residual units on ImageNet-1K from random initialisation "
        "for 90 epochs with stochastic gradient descent. The top-1 accuracy on the validation set "
        "of ImageNet is 76.4%, which is 0.8 points above the baseline.",
        True,
    ),
    (
        "demo2302",
        2023,
        "Counting Cells with Borrowed Features",
        "fine_tuned",
        "",
        "The encoder is initialised with weights that were pretrained on ImageNet. We fine-tune "
        "all layers on our microscopy images; without pretrained weights the error doubles.",
        True,
    ),
    (
        "demo2303",
        2023,
        "Bounds for Sparse Linear Bandits",
        "cited_only",
        "",
        "All experiments use synthetic features, so that the sparsity of the problem is known and "
        "the bound can be compared with the regret that was observed.",
        True,
    ),
    (
        "demo2304",
        2023,
        "Planning with Learned Latent Graphs",
        "none",
        "",
        "The agent sees an image net of nodes and edges as an image network drawn on a grid, and "
        "plans on the latent graph. All tasks are simulated, and no photographs are used.",
        False,
    ),
    (
        "demo2401",
        2024,
        "Token Mixing without Attention",
        "trained_from_scratch",
        "ImageNet-1K",
        "All models are trained from scratch on ILSVRC-2012 for 300 epochs with the same recipe. "
        "We report the accuracy on its 50,000 validation images and the throughput on one device.",
        True,
    ),
    (
        "demo2402",
        2024,
        "How Classifiers Fail under Blur",
        "evaluated",
        "ImageNet-C",
        "We do not train any model. We evaluate twelve published classifiers on ImageNet-C and "
        "measure how their calibration degrades with the severity of the blur.",
        True,
    ),
    (
        "demo2403",
        2024,
        "Small Images Are Enough to Compare Optimisers",
        "trained_from_scratch",
        "Tiny-ImageNet",
        "Each optimiser trains the same network from scratch on Tiny-ImageNet, with 200 classes "
        "and 64x64 pixels, for 100 epochs and five seeds. We did not run larger experiments.",
        False,
    ),
    (
        "demo2404",
        2024,
        "A Survey of Datasets in Vision",
        "cited_only",
        "",
        "Large collections such as ImageNet have shaped the field for more than a decade. This "
        "survey compares how such collections are documented, and trains no model at all.",
        True,
    ),
    (
        "demo2501",
        2025,
        "Scaling Rules for Vision Transformers at Low Precision",
        "trained_from_scratch",
        "ImageNet-1K",
        "Our transformers are trained from scratch in eight-bit precision. Training on the full "
        "ImageNet training set of 1.28 million images takes 300 epochs; the final accuracy is "
        "within 0.2 points of full precision.",
        True,
    ),
    (
        "demo2502",
        2025,
        "Detecting Defects with Frozen Backbones",
        "fine_tuned",
        "ImageNet-21K",
        "The backbone was pretrained on ImageNet-21K by others and stays frozen; only the "
        "detection head is trained on our images of welds.",
        True,
    ),
    (
        "demo2503",
        2025,
        "Zero-Shot Labels from Captions",
        "evaluated",
        "ImageNet-V2",
        "The model is trained on pairs of images and captions only. Its zero-shot accuracy is "
        "measured on ImageNet-V2 with the usual prompts; no image of it is used for training.",
        False,
    ),
    (
        "demo2504",
        2025,
        "Faster Proofs by Guided Search",
        "none",
        "",
        "The prover is guided by a small language model. All theorems come from a public library "
        "of formal mathematics, and the budget is one minute a theorem.",
        False,
    ),
]

INTRODUCTION = (
    "This paper was invented to try out a workflow; its results mean nothing. It studies {topic}. "
    "Earlier work either needs more computation than most groups can afford or gives no account of "
    "what it costs. We state the problem, propose a method with few parameters, and report what we "
    "measured together with the energy that the measurements took. Our contribution is threefold. "
    "First, we describe the setting in enough detail to repeat it. Second, we compare with simple "
    "baselines that are tuned with the same budget. Third, we discuss where the method fails."
)
METHOD = (
    "The method has two parts. The first maps an input to a state of fixed size. The second reads "
    "the state and predicts the target. Both are learned together, with a loss that is the sum of "
    "two terms, one for the prediction and one that keeps the state small. The weight of the "
    "second term is chosen on held-out data. We use the same schedule for all runs and repeat each "
    "of them with several seeds. Differences are called significant if the intervals of two "
    "standard errors do not overlap. The code counts operations and reads the power of the device "
    "once a second, so that the energy of each run is known."
)
DISCUSSION = (
    "The gain is small but consistent. It vanishes when the state is larger than the input, as one "
    "would expect. A limitation is that only one kind of device was measured. Whoever repeats the "
    "experiments elsewhere should expect other energies, though the order of the methods should "
    "stay the same."
)
REFERENCES = [
    "[1] A. Nemo and B. Nadie. On invented results. Journal of Examples, 1(1):1-12, 2019.",
    "[2] C. Nessuno. Measuring what a run costs. In Examples of Conferences, 2021.",
]
NAMING_REFERENCE = (
    "[3] O. Russakovsky et al. ImageNet large scale visual recognition challenge. International "
    "Journal of Computer Vision, 115:211-252, 2015."
)


def body(title: str, experiments: str, names_it: bool) -> list[str]:
    """Return the lines of a paper; the word ImageNet is broken where it meets the line's end."""
    lines = [title, "", "Anonymous authors of invented papers", ""]
    topic = title[0].lower() + title[1:]
    sections = [
        ("1 Introduction", INTRODUCTION.format(topic=topic)),
        ("2 Method", METHOD),
        ("3 Experiments", experiments),
        ("4 Discussion", DISCUSSION),
    ]
    for heading, text in sections:
        lines += [heading, "", *_wrapped(text), ""]
    lines += ["References", ""]
    for reference in [*REFERENCES, *([NAMING_REFERENCE] if names_it else [])]:
        lines += textwrap.wrap(reference, COLUMNS)
    return lines


def _wrapped(text: str) -> list[str]:
    """Wrap a text, breaking the word ImageNet with a hyphen as typesetting does."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + 1 + len(word) <= COLUMNS:
            line = f"{line} {word}".strip()
        elif word.startswith("ImageNet") and len(line) + len(" Ima-") <= COLUMNS:
            lines.append(f"{line} Ima-")
            line = word.removeprefix("Ima")
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def pdf(lines: list[str]) -> bytes:
    """Set lines in Helvetica on as many pages as they need."""
    pages = [lines[i : i + LINES_A_PAGE] for i in range(0, len(lines), LINES_A_PAGE)]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in page)
        stream = f"BT /F1 10 Tf 13 TL 60 760 Td\n{shown}\nET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R"
            f" >> >> /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    content, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(objects) + 1, len(content)
    content += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    content += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n"
    return (content + "%%EOF\n").encode("ascii")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def main() -> None:
    """Write the papers, their manifest and what is true of them."""
    manifest, truths = [], []
    for paper_id, year, title, label, variant, experiments, names_it in PAPERS:
        file = Path(str(year), f"{paper_id}.pdf")
        path = HERE / "papers" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf(body(title, experiments, names_it)))
        manifest.append((paper_id, title, year, file.as_posix()))
        truths.append((paper_id, year, label, variant))
    for name, header, rows in (
        ("papers/manifest.csv", ("paper_id", "title", "year", "file"), manifest),
        ("truths.csv", ("paper_id", "year", "label", "variant"), truths),
    ):
        with (HERE / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)


if __name__ == "__main__":
    main()
