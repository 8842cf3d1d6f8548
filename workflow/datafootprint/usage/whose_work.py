"""Whose work a sentence tells about, and whether it says that the dataset was used at all.

Expressions for one sentence in lower case in which every name of the dataset has become `@`.
"""

import re

#: The sentence says that the dataset was not used.
DENIAL = re.compile(
    r"\b(?:do|does|did|is|are|was|were|can|could|need) ?(?:not|n't|n’t)\b[^.;,]{0,60}@|"
    r"\bwithout\b[^.;,]{0,50}@|\b(?:instead of|rather than|unlike|in contrast to)\b[^.;,]{0,40}@|"
    r"\bno (?:\S+ ){0,2}@|\bnot (?:using|pre-?train\w*|trained)\b[^.;,]{0,40}@|"
    r"\b(?:never|neither|nor)\b[^.;,]{0,40}@|@-?free\b|"
    r"\bdiscourag\w+[^.;]{0,40}@|\bunable to\b[^.;]{0,60}@|@[^.;,]{0,50}\b(?:is|are|was|were) not "
    r"(?:used|needed|required|necessary)"
)

#: The sentence says that no weights trained before were used.
NO_PRETRAINING = re.compile(
    r"\b(?:not (?:use|using|rely\w*|require|need|employ)|without|no|never)\b[^.;,]{0,40}"
    r"\bpre-?\s?train"
)

#: The sentence tells about the work of others or the field, unless it also says `we` or `our`.
ATTRIBUTION = re.compile(
    r"\bet al\.?,?(?: ?[(\[][^)\]]{0,12}[)\]])? (?:also |first |then )?(?:\w+(?:s|ed)|show|train|"
    r"propose|use|find|report|achieve|observe)\b|"
    r"\b\w+ (?:and|&) \w+ ?[(\[]\d{4}[a-z]?[)\]],? (?:also )?\w+|"
    r"(?:^|[.,;] )(?:in )?\[[\d, ]+\],? (?:also |first )?\w+(?:s|ed)\b|"
    r"\b(?:ha[sv]e|had) (?:\w+ )?"
    r"(?:been|shown|become|led|achieved|demonstrated|surpassed|driven)\b|"
    r"\b(?:prior|previous|recent|existing|earlier|early|related|several|many|most|other|these|those)"
    r" (?:works?|methods?|approach\w*|stud\w+|papers?|authors|researchers|advances|successes)\b|"
    r"\b(?:ubiquitous|common(?:ly)?|typically|usually|often|de facto|standard practice|popular|"
    r"widely|well known|famous|historically|breakthrough\w*|progress|w[io]n(?:ning|ner|s)?)\b|"
    r"\bsuch as @|\be\.g\.,? ?@|\bthe work (?:by|of)\b|\bthe authors\b|\bimage databases?\b"
)

#: The dataset or weights trained on it are what something else is measured by or likened to.
COMPARISON = re.compile(
    r"\b(?:analogous|akin|inspired by|motivated by|reminiscent|just like|much like|similar to|"
    r"success(?:es)? of|paradigm|counterpart)\b[^.;]{0,80}@|"
    r"\b(?:in|for|from) (?:computer vision|vision|"
    r"the (?:vision|image) (?:community|domain|field))\b|"
    r"\b(?:outperform\w*|surpass\w*|compar\w+ (?:to|with|against)|versus|vs\.?|better than|"
    r"larger than|smaller than)\b[^.;]{0,80}\bpre-?\s?trained\b[^.;]{0,40}@"
)

#: The sentence speaks of the paper's own work.
SELF = re.compile(
    r"\b(?:we|our|ours|us|this (?:paper|work|study)|in this (?:paper|work)|proposed)\b"
)

#: The sentence names a certain model, so that it is more than a remark about the field.
DEFINITE = re.compile(
    r"\b(?:both|all|each|every) (?:of )?(?:the |our )?(?:\S+ )?(?:models?|networks?|backbones?|"
    r"methods?|encoders?|cnns?|convnets?|experiments)\b|"
    r"\b(?:the|a|an) (?:\S+ ){0,3}(?:network|backbone|encoder|model|weights|extractor|stream|"
    r"parameters|layers|branch|trunk|initiali[sz]ation)\b|"
    r"\b\w*(?:resnet|resnext|vgg|inception|alexnet|googlenet|mobilenet|densenet|efficientnet|"
    r"vit|swin|deit|bert|beit|clip|caffenet|darknet|i3d|c3d)\w*\b"
)
