"""Colours of Okabe and Ito (2008), which people with a colour vision deficiency can tell apart."""

BLACK, GREY, GRID, BAND = "#19222c", "#8c8c8c", "#dddddd", "#e8e8e8"
ORANGE, SKY, GREEN, BLUE = "#e69f00", "#56b4e9", "#009e73", "#0072b2"
VERMILION, PURPLE, YELLOW = "#d55e00", "#cc79a7", "#f0e442"
#: Colour of a figure -> the variable of page.css that stands for it.
PAGE_COLOURS = {
    BLACK: "ink",
    "#000000": "ink",
    "#ffffff": "bg",
    GREY: "mid",
    GRID: "line",
    BAND: "faint",
    ORANGE: "orange",
    SKY: "sky",
    GREEN: "green",
    BLUE: "ours",
    VERMILION: "pub",
    PURPLE: "purple",
    YELLOW: "yellow",
}
