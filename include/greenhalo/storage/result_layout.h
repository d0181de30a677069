/// \file
/// The tables that describe the files of the program: every group and dataset, with type, shape, units and meaning.
/// The writer creates files from them, the reader checks against them and the manual prints them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace greenhalo {

/// What a file holds, beside its input and provenance.
enum class FileKind {
    ensemble,  ///< realizations and their statistics (greenhalo run)
    moments,   ///< ensemble moments by integration (greenhalo expect)
    catalogue, ///< the random sources of one realization (greenhalo sources)
    grid,      ///< grid solutions beside the Green functions (greenhalo validate)
    parts,     ///< finished segments of realizations that are not complete yet (beside the result of greenhalo run)
};

/// All kinds, in the order of the enumeration.
const std::vector<FileKind>& file_kinds();

/// Value of the root attribute `format` for each kind.
const char* file_format(FileKind kind);
inline constexpr const char* result_format = "greenhalo-result";  ///< that of an ensemble
/// The `format_version` that this library writes and reads.
inline constexpr std::int64_t result_format_version = 4;

/// What is stored per realization; each choice includes those before it. Bookkeeping is stored always.
enum class Stored { none, anisotropy, all };

/// What a file holds at a path.
enum class ItemType {
    group,
    float64,
    int64,
    uint64,
    uint8,
    text,       ///< UTF-8 of fixed length, ended by a zero
    start_row,  ///< one start of the program: host, ranks, started, ended, reason, revision, instruction_set, checksum
};

/// One group or dataset.
struct LayoutItem {
    std::string path;  ///< absolute; the number of an input file is written N
    ItemType type;     ///< a group, or the type of the elements
    std::string
        shape;  ///< comma-separated extents, numbers or symbols of Dimensions; empty: scalar (or a group)
    std::string units;  ///< "1" when dimensionless; empty for a group
    std::string long_name;        ///< what it is, in words
    std::string caution = {};     ///< what a reader must know before using the numbers; usually empty
    Stored least = Stored::none;  ///< the smallest choice of what is stored with which it exists
    bool per_input_file = false;  ///< exists once for each input file read
    std::string problem = {};     ///< exists in a grid file of this problem only
};

/// One attribute that does not belong to a dataset (those all have units and long_name).
struct LayoutAttribute {
    std::string path;     ///< of the group
    std::string name;     ///< of the attribute
    std::string meaning;  ///< one line
};

/// Values of the symbols in shapes.
struct Dimensions {
    std::int64_t realizations = 0;  ///< M
    std::int64_t species = 0;       ///< nS
    std::int64_t energies = 0;      ///< nE
    std::int64_t bytes = 0;         ///< B, the length of one input file
    std::int64_t sources = 0;       ///< N
    std::int64_t comparisons = 0;   ///< nC, rows of a grid file's table
    std::int64_t systems = 0;       ///< nK, systems of equations whose cost was measured
    std::int64_t runs = 0;          ///< nR, solutions of one problem on different grids
    std::int64_t times = 0;         ///< nT, ages or times
    std::int64_t cases = 0;         ///< nX, halos
    std::int64_t parts = 0;         ///< P
};

/// All items of a kind of file, each group before what it contains.
const std::vector<LayoutItem>& layout_of(FileKind kind);
/// Those of an ensemble.
const std::vector<LayoutItem>& result_layout();
/// Of files of all kinds.
const std::vector<LayoutAttribute>& result_attributes();

/// The item at \p path, in whatever kind of file; throws Error when there is none.
const LayoutItem& layout_item(const std::string& path);

/// The extents of an item; empty for a scalar. Throws Error for an unknown symbol.
std::vector<std::uint64_t> layout_extents(const LayoutItem& item, const Dimensions& dimensions);

/// How many elements those extents hold.
std::uint64_t layout_elements(const LayoutItem& item, const Dimensions& dimensions);

}  // namespace greenhalo
