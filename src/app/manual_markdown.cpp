// Chapters in Markdown that people also read as plain text: lists instead of wide tables.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "app/manual.h"
#include "app/parameter_facts.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/storage/result_layout.h"

namespace greenhalo {

namespace {

constexpr std::size_t columns = 110;

/// Averages such as <n> in code marks: Markdown takes them for tags otherwise.
std::string marked(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t end = text.find('>', at);
        const bool average = text[at] == '<' && at + 1 < text.size() && std::isalpha(text[at + 1]) && end != text.npos;
        if (!average) {
            result += text[at];
            continue;
        }
        result += fmt::format("`{}`", text.substr(at, end + 1 - at));
        at = end;
    }
    return result;
}

std::string paragraph(std::string_view text) { return wrapped(text, "", "", columns) + "\n"; }

std::string bullet(std::string_view text) { return wrapped(marked(text), "* ", "  ", columns); }

/// "[M, nE, 3]", "[scalar]".
std::string shape_text(const LayoutItem& item) {
    if (item.shape.empty()) return "scalar";
    std::string text;
    for (const char letter : item.shape) text += letter == ',' ? std::string(", ") : std::string(1, letter);
    return "[" + text + "]";
}

const char* type_text(ItemType type) {
    switch (type) {
        case ItemType::group: break;
        case ItemType::float64: return "float64";
        case ItemType::int64: return "int64";
        case ItemType::uint64: return "uint64";
        case ItemType::uint8: return "uint8";
        case ItemType::text: return "text";
        case ItemType::start_row: return "compound";
    }
    return "group";
}

std::string item_text(const LayoutItem& item) {
    std::string text = fmt::format("`{}`", item.path);
    if (item.type == ItemType::group) {
        text += " (group)";
    } else {
        text += fmt::format(" {} {}", shape_text(item), type_text(item.type));
        if (item.units != "1") text += fmt::format(", {}", item.units);
    }
    text += fmt::format(": {}.", item.long_name);
    if (item.least == Stored::all) text += " Stored with output.realizations = all.";
    if (item.least == Stored::anisotropy) text += " Stored with output.realizations = all or anisotropy.";
    if (!item.problem.empty() && item.type == ItemType::group) {
        std::string choice = item.problem;
        std::replace(choice.begin(), choice.end(), '_', '-');
        text += fmt::format(" In files of grid.problem = {} only.", choice);
    }
    if (item.per_input_file) text += " One for each input file read.";
    if (!item.caution.empty()) text += fmt::format(" *Caution:* {}", item.caution);
    return bullet(text);
}

std::string command_of(FileKind kind) {
    std::string_view format = file_format(kind);
    format.remove_prefix(format.find('-') + 1);
    if (format == "result") return "run";
    if (format == "moments") return "expect";
    if (format == "parts") return "run: the companion RESULT.parts, realizations in progress";
    return format == "grid" ? "validate" : std::string(format);
}

}  // namespace

std::string parameters_chapter() {
    std::string text = "<!-- Written by `greenhalo manual parameters` from the table of parameters: do not edit. -->\n\n";
    text += "# Parameters\n\n";
    text += paragraph(
        "Every key of the input file, in the order of `greenhalo input`, which writes the same as a commented template. "
        "In a file a key stands as `key = value` below its `[section]`; on the command line it is `--section.key value`, "
        "and the command line wins over the file.");
    text += bullet(
        "A value is a number in the unit stated here, or carries its own: `4 kpc`, `80 Myr`, `1 TeV`. Plain fractions "
        "such as `1/30` are numbers, and integers may be written `1e3`.");
    text += bullet(
        "Lists take blanks or commas: `8.5 0 0` or `8.5,0,0`, in quotes on the command line when with blanks. "
        "Booleans always take a value: yes, no, true, false, on or off.");
    text += bullet(
        "`#` starts a comment at the start of a line or after a blank. Quotes around a value are stripped.");
    text += bullet(
        "Paths in a file are relative to that file, on the command line to the working folder; output.file is always "
        "relative to the working folder.");
    text += bullet(
        "Unknown keys, wrong units and values out of range are errors that name file, line, key, value and what is "
        "allowed. A key that the chosen model does not use is a warning.");
    text += "\n" + paragraph("\"Assumption\" marks values that the paper leaves open or that its companion paper states.");
    std::string_view section;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.section() != section) text += fmt::format("{}## {}\n\n", section.empty() ? "" : "\n", spec.section());
        section = spec.section();
        text += bullet(fmt::format("**`{}`** ({}): {}. Origin: {}.", spec.key, parameter_facts(spec), spec.meaning,
                                   spec.origin));
    }
    return text;
}

std::string file_format_chapter() {
    std::string text = "<!-- Written by `greenhalo manual file-format` from the tables of the writer: do not edit. -->\n\n";
    text += "# File format\n\n";
    text += paragraph(fmt::format(
        "All files are HDF5, of format version {}. Every dataset carries the attributes `units` (\"1\" when "
        "dimensionless) and `long_name`; those that must be read with care carry `caution`. Numbers are "
        "little-endian; texts are UTF-8 of fixed length. Shapes use M (realizations), nS (groups of nuclei), "
        "nE (energies), N (sources or input files), P (parts of realizations) and B (bytes); of grid "
        "solutions nC (comparisons), nK (systems of equations), nR (grids), nT (times) and nX (halos).",
        result_format_version));
    text += paragraph(
        "The frame is Galactocentric with the Sun at +x and +z north: the Galactic centre is towards -x, Galactic longitude "
        "90 degrees towards -y. Numbers under /realizations and /ensemble do not depend, in any bit, on the number of ranks, "
        "on interruptions or on the order of work.");
    text += paragraph(
        "A file appears whole: structure and metadata are written beside the target and renamed into place, and afterwards "
        "only numbers change. It can be read at any time, also while a run is going on; a realization counts when "
        "/realizations/complete says 1. In Python, `import greenhalo` reads all kinds with their units, also of older format "
        "versions ([tutorial](tutorial.md)).");
    text += "## Attributes of groups\n\n";
    for (const LayoutAttribute& attribute : result_attributes()) {
        text += bullet(fmt::format("`{}` of `{}`: {}.", attribute.name, attribute.path, attribute.meaning));
    }
    text += "\n## Every file\n\n";
    std::set<std::string> common;
    for (const LayoutItem& item : layout_of(file_kinds().front())) {
        bool everywhere = true;
        for (const FileKind kind : file_kinds()) {
            bool here = false;
            for (const LayoutItem& other : layout_of(kind)) here = here || other.path == item.path;
            everywhere = everywhere && here;
        }
        if (!everywhere) continue;
        common.insert(item.path);
        text += item_text(item);
    }
    for (const FileKind kind : file_kinds()) {
        text += fmt::format("\n## Files of greenhalo {} (`format` is {})\n\n", command_of(kind), file_format(kind));
        for (const LayoutItem& item : layout_of(kind)) {
            if (!common.contains(item.path)) text += item_text(item);
        }
    }
    return text;
}

}  // namespace greenhalo
