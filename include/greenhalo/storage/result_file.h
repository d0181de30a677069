/// \file
/// The file an ensemble, or what was computed without one, is kept in, safe against a kill at any moment.
///
/// A file is created whole: all metadata and all datasets, filled with NaN or 0, are written beside the
/// target, made safe and renamed into place. Afterwards only numbers are written into space that is there
/// already, so the structure cannot be damaged; a realization is marked complete only after its numbers are
/// safe.
///
/// Functions that take a communicator are collective over it: a failure of one rank becomes the same Error on
/// all. With MPI_COMM_NULL the calling process works alone, whether MPI was initialised or not.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "greenhalo/storage/result_layout.h"

namespace greenhalo {

/// Whether a result that exists may be replaced.
enum class Overwrite { no, yes };

/// Throws InputError unless a result can be created at \p path: its folder is missing or cannot be written,
/// the path is a folder or something else than a file, or a file is there and \p overwrite does not allow to
/// replace it. Nothing is written.
void check_output_path(const std::string& path, Overwrite overwrite);

/// An input file that was read.
struct InputFile {
    std::string path;     ///< as it was opened
    std::string sha256;   ///< of the content, hexadecimal
    std::string content;  ///< its bytes
};

/// The fact among the provenance of an ensemble that states, in whatever way, all that fixes its numbers. The
/// checksums of its rows contain it: rows of another model never match.
inline constexpr const char* model_fact = "model_sha256";

/// What a result file says about itself before any realization is known.
struct Description {
    /// One group of nuclei.
    struct Species {
        std::string name;        ///< as in species.names
        double charge = 0;       ///< Z
        double mass_number = 0;  ///< A
    };

    std::string command;      ///< the command line
    std::string config_text;  ///< effective input as INI text that runs again
    std::vector<std::pair<std::string, std::string>> config_entries;  ///< key and value, in order
    std::vector<InputFile> input_files;                               ///< copied into the file
    std::vector<std::pair<std::string, std::string>> provenance;  ///< fact and value, in order
    std::vector<double> energy;                                   ///< [nE] GeV
    std::vector<Species> species;                                 ///< [nS]
    std::vector<double> yield;                                    ///< [nS,nE] particles per GeV per source
    std::vector<double> delay;                                    ///< [nS,nE] yr
    std::int64_t first = 0;                                       ///< global index of the first realization
    std::int64_t count = 0;                                       ///< M; 0 unless the file holds an ensemble
    std::int64_t sources = 0;                                     ///< N; 0 unless the file holds a catalogue
    std::int64_t parts = 0;                                       ///< P; 0 unless the file holds parts
    Stored stored = Stored::all;                                  ///< of each realization
    FileKind kind = FileKind::ensemble;                           ///< of the file
    std::string grid_problem;                                     ///< of a grid file: LayoutItem::problem
    std::map<std::string, std::vector<std::string>> texts;        ///< of a grid file: its texts by path
    Dimensions grid;                                              ///< of a grid file: nC, nK, nR, nT, nX

    /// Whether a file of this description has an item.
    bool has(const LayoutItem& item) const {
        return !(stored < item.least) && (item.problem.empty() || item.problem == grid_problem);
    }

    /// All extents but B.
    Dimensions dimensions() const;
};

/// Rows of /realizations: quantities row-major, packed in the order of \p row. A quantity that is not stored
/// may hold anything when written, and is empty when read.
struct RealizationRows {
    std::vector<std::int64_t> row;               ///< row within the file, 0 to M-1, each once, in any order
    std::vector<double> density;                 ///< [rows,nS,nE] cm^-3 GeV^-1
    std::vector<double> current;                 ///< [rows,nS,nE,3] cm^-2 s^-1 GeV^-1
    std::vector<double> anisotropy;              ///< [rows,nE,3]
    std::vector<double> projected_amplitude;     ///< [rows,nE] |delta| cos(dec): projection on the equator
    std::vector<double> projected_phase;         ///< [rows,nE] degrees: right ascension of the projection
    std::vector<double> dominant_distance;       ///< [rows,nE] kpc: of the source with the largest current
    std::vector<double> dominant_age;            ///< [rows,nE] yr
    std::vector<double> dominant_longitude;      ///< [rows,nE] degrees
    std::vector<double> dominant_latitude;       ///< [rows,nE] degrees
    std::vector<double> dominant_share_current;  ///< [rows,nE] |J| of it alone over |J| of all
    std::vector<double> dominant_share_density;  ///< [rows,nE] its density over that of all
    std::vector<double> dominant_listed;         ///< [rows,nE] row of a listed source, -1 for a random one
    std::vector<std::int64_t> source_count;      ///< [rows]
};

/// One start of the program. Longer texts than host 63, times 31, reason 255 bytes are cut.
struct Start {
    std::string host;           ///< of rank 0
    std::int64_t ranks = 0;     ///< how many
    std::string started;        ///< UTC, ISO 8601; must not be empty
    std::string ended;          ///< empty while running or after a kill
    std::string reason;         ///< why it stopped
    std::string revision = {};  ///< of the program, at most 63 bytes; append_start fills it in when empty
    std::string instruction_set = {};  ///< of its kernels, likewise
};

/// What of a file is damaged: its numbers do not match their checksums.
struct Damage {
    /// "the model (...)", "the content", "/ensemble" or "/provenance/starts"
    std::vector<std::string> blocks;
    std::vector<std::int64_t> rows;  ///< complete rows of /realizations, ascending

    /// Whether nothing is damaged.
    bool none() const { return blocks.empty() && rows.empty(); }
};

/// Numbers of whole datasets by absolute path, row-major.
using Datasets = std::map<std::string, std::vector<double>>;

/// Writes the rows first, first + 1, ... of a dataset of numbers, as many as the values, row-major, fill.
using RowWriter =
    std::function<void(const std::string& path, std::int64_t first, const std::vector<double>& values)>;

/// The file that \p path stands for: symbolic links in the place of the file are followed, also to a file
/// that is not there yet. What keeps files beside a result starts from this name, so that all names of it
/// lead to the same files.
std::string follow_links(const std::string& path);

/// Whether a file has further names in its file system (hard links). Nothing tells a run that is given one of
/// them that another run writes the file by another.
bool has_other_names(const std::string& path);

/// Files that belong to a result and lie beside it, whether they are there or not.
std::string rows_companion(
    const std::string& path);  ///< RESULT.rows: all of each row, where the result stores less
std::string parts_companion(const std::string& path);  ///< RESULT.parts: segments of incomplete realizations
std::string lock_companion(const std::string& path);   ///< RESULT.lock: who writes the result

/// Files beside a result whose names are its name and a suffix, sorted.
std::vector<std::string> companions_of(const std::string& path);

/// Removes a companion, if it is there.
void remove_companion(const std::string& path);

/// Removes files that a run which was killed while it created \p path, or a companion, has left half made.
/// Only for the holder of the lock.
void remove_leftovers(const std::string& path);

/// Throws InputError unless a run can go on with \p path: it must be an ordinary file that can be read and
/// written, in a folder that can be written. Returns false when there is no file at all; then a result can be
/// created there.
bool check_resumable_path(const std::string& path);

/// A result file on disc. It is open only inside its functions, so it can be read while a run is going on.
/// Functions about realizations and statistics belong to the kind FileKind::ensemble.
class ResultFile {
  public:
    /// Creates \p path by rank 0. Throws InputError as check_output_path, Error when the disc cannot take the
    /// whole file (nothing is left behind then) or when the description contradicts itself.
    /// \p numbers, known on rank 0, are in the file before it appears.
    static ResultFile create(const std::string& path, const Description& description, Overwrite overwrite,
                             MPI_Comm communicator = MPI_COMM_NULL, const Datasets& numbers = {});

    /// The same for datasets that do not fit into memory at once: \p write_parts is called on rank 0 and
    /// writes them piece by piece before the file appears. What it throws leaves nothing behind.
    static ResultFile create_by_parts(const std::string& path, const Description& description,
                                      Overwrite overwrite, MPI_Comm communicator,
                                      const std::function<void(const RowWriter&)>& write_parts);

    /// Replaces the result at \p path by one of this description, which may have more realizations but must
    /// agree with it in everything else that rows depend on: complete rows that match their checksum and the
    /// starts are taken over, statistics and damaged rows are not. The old file stays as it is until the new
    /// one is whole and safe. Throws Error when the disc cannot take both.
    static ResultFile rebuild(const std::string& path, const Description& description,
                              MPI_Comm communicator = MPI_COMM_NULL);

    /// Creates \p path from complete results of the same model by this process alone: their rows, which
    /// together must be all of the description's, and their starts. Throws Error when a row is damaged or
    /// missing, and as create().
    static ResultFile join(const std::string& path, const Description& description, Overwrite overwrite,
                           const std::vector<ResultFile>& parts);

    /// Opens \p path for reading its description. Throws Error when it is missing, truncated, not a result of
    /// greenhalo, or of an older or newer format.
    static ResultFile read(const std::string& path, MPI_Comm communicator = MPI_COMM_NULL);

    const std::string& path() const { return path_; }                ///< of the file
    const Description& description() const { return description_; }  ///< read once, when opened

    /// A text among the attributes of the root: greenhalo_version, created, command.
    std::string attribute(const std::string& name) const;

    /// Rows whose realizations are complete, ascending.
    std::vector<std::int64_t> complete_rows() const;

    /// Complete rows whose numbers do not match their checksum, ascending; writing them again repairs them.
    std::vector<std::int64_t> damaged_rows() const;

    /// Whether everything matches its checksum; reads the whole file.
    Damage damage() const;

    /// Whether the numbers that were complete when the file was created match their checksum.
    bool model_is_sound() const;

    /// Whether there are statistics of all realizations, and they match their checksum.
    bool ensemble_is_sound() const;

    /// Those of the given rows that are complete and match their checksum, ascending.
    RealizationRows sound_realizations(const std::vector<std::int64_t>& rows) const;

    /// The given rows in the given order. Throws Error when one is not complete or damaged.
    RealizationRows realizations(const std::vector<std::int64_t>& rows) const;

    /// Any dataset of numbers by its absolute path, row-major.
    std::vector<double> dataset(const std::string& path) const;

    /// A dataset of texts by its absolute path.
    std::vector<std::string> texts(const std::string& path) const;

    /// All starts of the program, in their order.
    std::vector<Start> starts() const;

    /// write_rows, then mark_complete: after it returns the rows survive a crash.
    void write_realizations(MPI_Comm communicator, const RealizationRows& rows) const;

    /// Writes each rank's rows (none is allowed, no row may come from two ranks) and waits until they are
    /// safe.
    void write_rows(MPI_Comm communicator, const RealizationRows& rows) const;

    /// Marks rows complete that write_rows made safe; each rank names its own.
    void mark_complete(MPI_Comm communicator, const std::vector<std::int64_t>& rows) const;

    /// Writes statistics of that many realizations by rank 0: name within /ensemble to values, row-major. A
    /// kill in between leaves /ensemble/realizations at 0. Throws Error for unknown names and wrong sizes.
    void write_ensemble(MPI_Comm communicator, std::int64_t realizations,
                        const std::map<std::string, std::vector<double>>& values) const;

    /// Adds a start by rank 0 and returns its number for finish_start.
    std::int64_t append_start(MPI_Comm communicator, const Start& start) const;
    /// Says how the start of that number ended, and why.
    void finish_start(MPI_Comm communicator, std::int64_t number, const std::string& ended,
                      const std::string& reason) const;

  private:
    ResultFile(std::string path, Description description);

    /// Throws Error when the file at this path is no longer the one this object stands for: another run has
    /// replaced it, and writing into that one would mix two models.
    void require_unreplaced() const;

    std::string path_;
    Description description_;
    std::uint64_t file_number_ = 0;  ///< inode of the file when it was created or read
};

}  // namespace greenhalo
