"""The cues of the rule classifier: what authors write when they use a dataset in a certain way.

A cue is a regular expression over one sentence in lower case in which every name of the dataset
has become `@` (a variant's name too). Each match adds its weight to the label; weights are in units
of "enough by itself". Nothing here names a dataset or a paper.
"""

import re
from dataclasses import dataclass
from functools import partial

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
    label: Label,
    name: str,
    weight: float,
    pattern: str,
    nearby: bool = False,
    active: bool = False,
) -> Cue:
    return Cue(name, label, weight, re.compile(pattern), nearby, active)


_trains = partial(_cue, Label.TRAINED)
_tunes = partial(_cue, Label.FINE_TUNED)
_evaluates = partial(_cue, Label.EVALUATED)


CUES: tuple[Cue, ...] = (
    # Training from random weights.
    _trains(
        "we train on it",
        1.0,
        rf"\b(?:we|we [^.;]{{0,90}}\b(?:and|to|by)) {_ADVERBS}(?:re-?)?train(?:ed|ing)?\b"
        rf"(?:(?!\bfine-?tun|\blinear|\bsvm|\bprob(?:e|ing))[^.;]){{0,140}}"
        rf"\b(?:on|with|using|from) {_SHORT}@|"
        rf"\b(?:on|for) (?:the )?@[^.;]{{0,25}}, (?:we|all|our)\b[^.;]{{0,40}}{_NOT_PRE}train",
        active=True,
    ),
    _trains(
        "models are trained on it",
        0.6,
        rf"\b(?:our|all|both|each|every|these|the)\b[^.;]{{0,60}}\b(?:is|are|was|were) {_ADVERBS}"
        rf"trained\b[^.;]{{0,60}}\b(?:on|with|using|from) {_SHORT}@",
    ),
    _trains(
        "from scratch",
        1.2,
        r"(?=.*@).*\b(?:from scratch|from random(?:ly)? (?:initiali[sz]\w+|weights))",
    ),
    _trains(
        "training from scratch beside it",
        0.5,
        rf"\b(?:{_WE}|are|were|is|was)[^.;]{{0,60}}{_NOT_PRE}train\w*[^.;]{{0,40}}from scratch",
        nearby=True,
    ),
    _trains(
        "pre-training as one's own step",
        1.0,
        rf"\bwe {_ADVERBS}pre-?\s?train(?:ed)?\b(?! {_MODEL})[^.;]{{0,80}}@|"
        r"\bpre-?\s?train(?:ing)? (?:for [^.;]{0,30}epochs )?(?:on|with) [^.;]{0,30}@"
        r"(?=[^.;]*(?:epochs|steps|batch|we |our ))|"
        r"\bpre-?\s?train\w*[^.;]{0,40}(?:for )?\d+ epochs[^.;]{0,30}@",
        active=True,
    ),
    _trains(
        "self-supervised learning on it",
        0.8,
        r"(?:self-?\s?supervised|un-?supervised|contrastive|masked)[^.;]{0,60}"
        r"(?:learning|train\w*|representation)[^.;]{0,80}(?:on|with) [^.;]{0,40}@",
    ),
    _trains(
        "linear evaluation on it",
        0.7,
        r"\blinear (?:evaluation|classif\w+|prob\w+|protocol|readout|accuracy)[^.;]{0,80}@|"
        r"@[^.;]{0,25}\blinear (?:evaluation|classif\w+|prob\w+|protocol)",
    ),
    _trains(
        "training set of it",
        0.5,
        r"@ [^.;]{0,15}(?:training|train) (?:set|data|split|images|samples)\b|"
        r"\btraining (?:set|data|split|images) (?:of|from) [^.;]{0,15}@",
    ),
    _trains(
        "training on it",
        0.5,
        rf"{_NOT_PRE}training\b[^.;]{{0,60}}\b(?:on|with) {_SHORT}@|@[- ]training\b|"
        rf"\bto {_NOT_PRE}train\b[^.;]{{0,60}}\bon {_SHORT}@",
    ),
    _trains(
        "training recipe for it",
        0.5,
        rf"(?=.*@)(?!.*\b(?:fine-?tun|re-?train|pre-?\s?trained)).*(?:{_RECIPE})",
    ),
    _trains(
        "training recipe beside it",
        0.4,
        rf"^(?!.*\b(?:fine-?tun|re-?train|pre-?\s?trained))(?=.*(?:{_RECIPE}))(?:.*{_NOT_PRE}train|"
        rf".*(?:{_RECIPE}).*\d.*(?:{_RECIPE}))",
        nearby=True,
    ),
    _trains(
        "number of training samples",
        0.4,
        r"\b\d[\d.,]*(?: ?-?(?:k|m|million|thousand))? (?:labell?ed )?train(?:ing)? "
        r"(?:images?|examples?|samples?|pictures?)\b",
        nearby=True,
    ),
    _trains(
        "training curves on it",
        0.5,
        r"\b(?:training|convergence|learning) (?:loss|curves?|time|steps|speed|process|dynamics|"
        r"progress|error)\b.{0,80}@|@.{0,40}\b(?:training (?:loss|curves?|time|steps|speed))",
    ),
    _trains(
        "generative model of it",
        0.6,
        r"(?:conditional|generat\w+|synthesis|fid|inception score|bits per dim\w*|diffusion)"
        r"[^.;]{0,60}@|@[^.;]{0,40}\b(?:generation|synthesis|fid\b|bits per dim)",
    ),
    _trains(
        "own result on it",
        0.35,
        rf"(?=.*@)(?=.*(?:{_WE}|\bproposed|\bthis (?:paper|work)))"
        r".*(?:accura\w+|error|top-?\s?[15]\b|\d ?%|outperform\w*|achiev\w+|perform\w*|"
        r"state-of-the-art|results|improve\w*)",
    ),
    _trains(
        "result table or figure on it",
        0.3,
        r"\b(?:table|tab\.|figure|fig\.) ?\d+.{0,140}@|"
        r"@.{0,60}\b(?:top-?\s?[15]|accuracy|error)\b|\btop-?\s?[15]\b.{0,60}@",
    ),
    _trains(
        "experiments on it",
        0.35,
        rf"(?:experiment\w*|evaluat\w+|validat\w+|test(?:ed)?|compare|investigate|appl(?:y|ied)|"
        rf"demonstrate\w*|study|consider|models?)\b[^.;]{{0,120}}\b{_ON} [^.;]{{0,80}}@",
    ),
    # Weights that were trained before.
    _tunes(
        "pretrained on it",
        1.0,
        rf"{_PRETRAINED}[^.;]{{0,70}}\b{_ON} [^.;]{{0,40}}@|"
        rf"@ ?-? ?(?:\S+ ){{0,2}}?(?:pre-?\s?train|initiali[sz]ed)|"
        rf"{_PRETRAINED} (?:\S+ ){{0,4}}?@|@ {_SHORT}{_PRETRAINED} {_MODEL}|"
        rf"@ ?-? ?(?:weights|checkpoint|initiali[sz]ation|backbone|init)\b",
    ),
    _tunes(
        "uses a model trained on it",
        1.0,
        rf"\b(?:use[sd]?|using|employ\w*|adopt\w*|tak(?:e|ing)|load\w*)\b[^.;]{{0,60}}"
        rf"{_NOT_PRE}(?:trained|learned|learnt) (?:on|for) {_SHORT}@",
    ),
    _tunes(
        "initialised from it",
        1.0,
        rf"\binitiali[sz]\w*[^.;]{{0,80}}\b{_ON} [^.;]{{0,60}}@|@[^.;]{{0,40}}\binitiali[sz]er",
    ),
    _tunes(
        "fine-tuned on it",
        0.9,
        r"\bfine-?\s?tun\w*[^.;]{0,90}\b(?:on|with|for) [^.;]{0,40}@|@ ?-? ?fine-?\s?tun",
    ),
    _tunes(
        "model trained on it before",
        0.6,
        rf"\b(?:{_MODEL}|\w*net(?:-?\d+)?|vgg-?\w*|resnet-?\w*|inception\S*|transformer)\b[^.;]"
        rf"{{0,30}}(?:was|were|is|are|been|already|originally|,)? ?{_NOT_PRE}"
        rf"(?:trained|learned|learnt) (?:on|for|using|with) {_SHORT}@|@-trained\b",
    ),
    _tunes(
        "features or transfer from it",
        0.5,
        r"\b(?:transfer\w*|features?|adapt\w*)\b[^.;]{0,60}\bfrom [^.;]{0,30}@|"
        r"@ features\b",
    ),
    _tunes(
        "compressing a trained network",
        0.7,
        r"\b(?:we|our|is|are|was|were)\b[^.;]{0,50}\b(?:prun\w+|compress\w+|re-?train\w*)",
        nearby=True,
    ),
    _tunes(
        "somebody's trained model",
        0.7,
        rf"\b(?:reference|original|released|public(?:ly)?(?: available)?|off-the-shelf|official|"
        rf"caffe|torchvision|model zoo|{_PRETRAINED})\b[^.;]{{0,40}}\b(?:models?|networks?|"
        r"weights|checkpoints?|backbones?)\b",
        nearby=True,
    ),
    _tunes(
        "fine-tuning beside it",
        0.4,
        rf"\b(?:{_WE}|is|are|was|were)[^.;]{{0,60}}\b(?:fine-?\s?tun\w+|{_PRETRAINED})",
        nearby=True,
    ),
    # Only run on it.
    _evaluates(
        "own evaluation on it",
        1.0,
        rf"\b(?:we|our|is|are|was|were)\b[^.;]{{0,60}}\b(?:evaluat|test|measur|assess|benchmark)\w*"
        rf"[^.;]{{0,80}}\b{_ON} [^.;]{{0,60}}@",
    ),
    _evaluates("zero-shot on it", 1.0, r"zero-?shot[^.;]{0,80}@|@[^.;]{0,60}zero-?shot"),
    _evaluates(
        "tested on its images",
        0.5,
        r"\b(?:evaluat\w+|test\w*|attack\w*|measure\w*|images?|examples|samples)\b[^.;]{0,80}"
        r"@ [^.;]{0,15}\b(?:validation|val|test)\b|\b(?:validation|test) (?:set|images|split) "
        r"(?:of|from) [^.;]{0,20}@",
    ),
    _evaluates(
        "images drawn from it",
        0.6,
        r"\b(?:images?|examples|samples|photos)\b[^.;]{0,40}\b(?:sampled|selected|chosen|drawn|"
        r"taken|collected) [^.;]{0,30}@",
    ),
)
