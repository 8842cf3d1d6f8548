"""The cues of the rule classifier: what authors write when they use a dataset in a certain way.

A cue is a regular expression over one sentence in lower case in which every name of the dataset
has become `@` (a variant's name too). Each match adds its weight to the label; weights are in units
of "enough by itself". Nothing here names a dataset or a paper.
"""

import re
from dataclasses import dataclass

from datafootprint.usage.labels import Label


@dataclass(frozen=True)
class Cue:
    """One way of saying something.

    Attributes
    ----------
    name : str
        What the cue means; is printed in the reason of a record.
    label : Label
        The use it indicates.
    weight : float
        1 is enough by itself.
    pattern : re.Pattern
        Searched in one sentence.
    nearby : bool
        True if the sentence itself need not name the dataset, only one beside it.
    active : bool
        True if the cue of a training holds although the sentence speaks of pretrained weights too.
    """

    name: str
    label: Label
    weight: float
    pattern: re.Pattern[str]
    nearby: bool = False
    active: bool = False


_PRETRAINED = r"pre-?\s?trained"
_NOT_PRE = r"(?<![\w-])(?<!pre )(?<!fine )"
_WE = r"(?:we|our|ours)\b"
_ON = r"(?:on|with|using|over|from|by|for|in)"
_SHORT = r"(?:[^\s.;]+ ){0,5}"
_ADVERBS = r"(?:(?:also|first|then|further|only|always|simply|can|additionally|instead) ){0,2}"
_RECIPE = (
    r"\b(?:epochs?|batch ?-?sizes?|mini-?batch\w*|learning rates?|weight decay|momentum|sgd|"
    r"adam\w?|lars|warm-?up|dropout|iterations|gpus|tpus)\b"
)
_MODEL = (
    r"(?:models?|networks?|weights?|backbones?|cnns?|convnets?|features?|classifiers?|encoders?|"
    r"checkpoints?|parameters|initiali[sz]ations?|resnets?|vggs?|vits?)"
)


def _cue(
    name: str,
    label: str,
    weight: float,
    pattern: str,
    nearby: bool = False,
    active: bool = False,
) -> Cue:
    return Cue(name, Label(label), weight, re.compile(pattern), nearby, active)


CUES: tuple[Cue, ...] = (
    # Training from random weights.
    _cue(
        "we train on it",
        "trained_from_scratch",
        1.0,
        rf"\b(?:we|we [^.;]{{0,90}}\b(?:and|to|by)) {_ADVERBS}(?:re-?)?train(?:ed|ing)?\b"
        rf"(?:(?!\bfine-?tun|\blinear|\bsvm|\bprob(?:e|ing))[^.;]){{0,140}}"
        rf"\b(?:on|with|using|from) {_SHORT}@|"
        rf"\b(?:on|for) (?:the )?@[^.;]{{0,25}}, (?:we|all|our)\b[^.;]{{0,40}}{_NOT_PRE}train",
        active=True,
    ),
    _cue(
        "models are trained on it",
        "trained_from_scratch",
        0.6,
        rf"\b(?:our|all|both|each|every|these|the)\b[^.;]{{0,60}}\b(?:is|are|was|were) {_ADVERBS}"
        rf"trained\b[^.;]{{0,60}}\b(?:on|with|using|from) {_SHORT}@",
    ),
    _cue(
        "from scratch",
        "trained_from_scratch",
        1.2,
        r"(?=.*@).*\b(?:from scratch|from random(?:ly)? (?:initiali[sz]\w+|weights))",
    ),
    _cue(
        "training from scratch beside it",
        "trained_from_scratch",
        0.5,
        rf"\b(?:{_WE}|are|were|is|was)[^.;]{{0,60}}{_NOT_PRE}train\w*[^.;]{{0,40}}from scratch",
        nearby=True,
    ),
    _cue(
        "pre-training as one's own step",
        "trained_from_scratch",
        1.0,
        rf"\bwe {_ADVERBS}pre-?\s?train(?:ed)?\b(?! {_MODEL})[^.;]{{0,80}}@|"
        r"\bpre-?\s?train(?:ing)? (?:for [^.;]{0,30}epochs )?(?:on|with) [^.;]{0,30}@"
        r"(?=[^.;]*(?:epochs|steps|batch|we |our ))|"
        r"\bpre-?\s?train\w*[^.;]{0,40}(?:for )?\d+ epochs[^.;]{0,30}@",
        active=True,
    ),
    _cue(
        "self-supervised learning on it",
        "trained_from_scratch",
        0.8,
        r"(?:self-?\s?supervised|un-?supervised|contrastive|masked)[^.;]{0,60}"
        r"(?:learning|train\w*|representation)[^.;]{0,80}(?:on|with) [^.;]{0,40}@",
    ),
    _cue(
        "linear evaluation on it",
        "trained_from_scratch",
        0.7,
        r"\blinear (?:evaluation|classif\w+|prob\w+|protocol|readout|accuracy)[^.;]{0,80}@|"
        r"@[^.;]{0,25}\blinear (?:evaluation|classif\w+|prob\w+|protocol)",
    ),
    _cue(
        "training set of it",
        "trained_from_scratch",
        0.5,
        r"@ [^.;]{0,15}(?:training|train) (?:set|data|split|images|samples)\b|"
        r"\btraining (?:set|data|split|images) (?:of|from) [^.;]{0,15}@",
    ),
    _cue(
        "training on it",
        "trained_from_scratch",
        0.5,
        rf"{_NOT_PRE}training\b[^.;]{{0,60}}\b(?:on|with) {_SHORT}@|@[- ]training\b|"
        rf"\bto {_NOT_PRE}train\b[^.;]{{0,60}}\bon {_SHORT}@",
    ),
    _cue(
        "training recipe for it",
        "trained_from_scratch",
        0.5,
        rf"(?=.*@)(?!.*\b(?:fine-?tun|re-?train|pre-?\s?trained)).*(?:{_RECIPE})",
    ),
    _cue(
        "training recipe beside it",
        "trained_from_scratch",
        0.4,
        rf"^(?!.*\b(?:fine-?tun|re-?train|pre-?\s?trained))(?=.*(?:{_RECIPE}))(?:.*{_NOT_PRE}train|"
        rf".*(?:{_RECIPE}).*\d.*(?:{_RECIPE}))",
        nearby=True,
    ),
    _cue(
        "number of training samples",
        "trained_from_scratch",
        0.4,
        r"\b\d[\d.,]*(?: ?-?(?:k|m|million|thousand))? (?:labell?ed )?train(?:ing)? "
        r"(?:images?|examples?|samples?|pictures?)\b",
        nearby=True,
    ),
    _cue(
        "training curves on it",
        "trained_from_scratch",
        0.5,
        r"\b(?:training|convergence|learning) (?:loss|curves?|time|steps|speed|process|dynamics|"
        r"progress|error)\b.{0,80}@|@.{0,40}\b(?:training (?:loss|curves?|time|steps|speed))",
    ),
    _cue(
        "generative model of it",
        "trained_from_scratch",
        0.6,
        r"(?:conditional|generat\w+|synthesis|fid|inception score|bits per dim\w*|diffusion)"
        r"[^.;]{0,60}@|@[^.;]{0,40}\b(?:generation|synthesis|fid\b|bits per dim)",
    ),
    _cue(
        "own result on it",
        "trained_from_scratch",
        0.35,
        rf"(?=.*@)(?=.*(?:{_WE}|\bproposed|\bthis (?:paper|work)))"
        r".*(?:accura\w+|error|top-?\s?[15]\b|\d ?%|outperform\w*|achiev\w+|perform\w*|"
        r"state-of-the-art|results|improve\w*)",
    ),
    _cue(
        "result table or figure on it",
        "trained_from_scratch",
        0.3,
        r"\b(?:table|tab\.|figure|fig\.) ?\d+.{0,140}@|"
        r"@.{0,60}\b(?:top-?\s?[15]|accuracy|error)\b|\btop-?\s?[15]\b.{0,60}@",
    ),
    _cue(
        "experiments on it",
        "trained_from_scratch",
        0.35,
        rf"(?:experiment\w*|evaluat\w+|validat\w+|test(?:ed)?|compare|investigate|appl(?:y|ied)|"
        rf"demonstrate\w*|study|consider|models?)\b[^.;]{{0,120}}\b{_ON} [^.;]{{0,80}}@",
    ),
    # Weights that were trained before.
    _cue(
        "pretrained on it",
        "fine_tuned",
        1.0,
        rf"{_PRETRAINED}[^.;]{{0,70}}\b{_ON} [^.;]{{0,40}}@|"
        rf"@ ?-? ?(?:\S+ ){{0,2}}?(?:pre-?\s?train|initiali[sz]ed)|"
        rf"{_PRETRAINED} (?:\S+ ){{0,4}}?@|@ {_SHORT}{_PRETRAINED} {_MODEL}|"
        rf"@ ?-? ?(?:weights|checkpoint|initiali[sz]ation|backbone|init)\b",
    ),
    _cue(
        "uses a model trained on it",
        "fine_tuned",
        1.0,
        rf"\b(?:use[sd]?|using|employ\w*|adopt\w*|tak(?:e|ing)|load\w*)\b[^.;]{{0,60}}"
        rf"{_NOT_PRE}(?:trained|learned|learnt) (?:on|for) {_SHORT}@",
    ),
    _cue(
        "initialised from it",
        "fine_tuned",
        1.0,
        rf"\binitiali[sz]\w*[^.;]{{0,80}}\b{_ON} [^.;]{{0,60}}@|@[^.;]{{0,40}}\binitiali[sz]er",
    ),
    _cue(
        "fine-tuned on it",
        "fine_tuned",
        0.9,
        r"\bfine-?\s?tun\w*[^.;]{0,90}\b(?:on|with|for) [^.;]{0,40}@|@ ?-? ?fine-?\s?tun",
    ),
    _cue(
        "model trained on it before",
        "fine_tuned",
        0.6,
        rf"\b(?:{_MODEL}|\w*net(?:-?\d+)?|vgg-?\w*|resnet-?\w*|inception\S*|transformer)\b[^.;]"
        rf"{{0,30}}(?:was|were|is|are|been|already|originally|,)? ?{_NOT_PRE}"
        rf"(?:trained|learned|learnt) (?:on|for|using|with) {_SHORT}@|@-trained\b",
    ),
    _cue(
        "features or transfer from it",
        "fine_tuned",
        0.5,
        r"\b(?:transfer\w*|features?|adapt\w*)\b[^.;]{0,60}\bfrom [^.;]{0,30}@|"
        r"@ features\b",
    ),
    _cue(
        "compressing a trained network",
        "fine_tuned",
        0.7,
        r"\b(?:we|our|is|are|was|were)\b[^.;]{0,50}\b(?:prun\w+|compress\w+|re-?train\w*)",
        nearby=True,
    ),
    _cue(
        "somebody's trained model",
        "fine_tuned",
        0.7,
        rf"\b(?:reference|original|released|public(?:ly)?(?: available)?|off-the-shelf|official|"
        rf"caffe|torchvision|model zoo|{_PRETRAINED})\b[^.;]{{0,40}}\b(?:models?|networks?|"
        r"weights|checkpoints?|backbones?)\b",
        nearby=True,
    ),
    _cue(
        "fine-tuning beside it",
        "fine_tuned",
        0.4,
        rf"\b(?:{_WE}|is|are|was|were)[^.;]{{0,60}}\b(?:fine-?\s?tun\w+|{_PRETRAINED})",
        nearby=True,
    ),
    # Only run on it.
    _cue(
        "own evaluation on it",
        "evaluated",
        1.0,
        rf"\b(?:we|our|is|are|was|were)\b[^.;]{{0,60}}\b(?:evaluat|test|measur|assess|benchmark)\w*"
        rf"[^.;]{{0,80}}\b{_ON} [^.;]{{0,60}}@",
    ),
    _cue("zero-shot on it", "evaluated", 1.0, r"zero-?shot[^.;]{0,80}@|@[^.;]{0,60}zero-?shot"),
    _cue(
        "tested on its images",
        "evaluated",
        0.5,
        r"\b(?:evaluat\w+|test\w*|attack\w*|measure\w*|images?|examples|samples)\b[^.;]{0,80}"
        r"@ [^.;]{0,15}\b(?:validation|val|test)\b|\b(?:validation|test) (?:set|images|split) "
        r"(?:of|from) [^.;]{0,20}@",
    ),
    _cue(
        "images drawn from it",
        "evaluated",
        0.6,
        r"\b(?:images?|examples|samples|photos)\b[^.;]{0,40}\b(?:sampled|selected|chosen|drawn|"
        r"taken|collected) [^.;]{0,30}@",
    ),
)
