/// \file
/// What a file of the program says, gathered for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// One column of the summary table.
struct SummaryColumn {
    std::string name;            ///< for programs, "amplitude_median"
    std::string heading;         ///< for people, "median |delta|"
    std::string units;           ///< "1" when dimensionless
    std::vector<double> values;  ///< [nE]
    std::string caution = {};    ///< what a reader must know before using the numbers; usually empty
};

/// What reading a whole file and comparing every checksum found.
struct Verification {
    std::int64_t checked_rows = 0;
    std::vector<std::int64_t> damaged;  ///< global indices of realizations whose numbers do not match their checksum
    std::vector<std::string> problems;  ///< everything else: datasets and input files that are not as they were
    bool sound() const { return damaged.empty() && problems.empty(); }
};

/// What greenhalo validate compared.
struct GridComparisons {
    std::string problem;              ///< grid.problem
    std::size_t count = 0;            ///< of all comparisons
    std::vector<std::string> failed;  ///< those that missed their tolerance
};

struct FileSummary {
    std::string command;             ///< that writes such files: run, expect, ...
    std::string model;               ///< in words, lines; empty when this release cannot read the file's input
    std::string span;                ///< of moments: expect.span in words
    std::int64_t complete = 0;       ///< realizations
    std::vector<Start> starts;
    std::vector<std::string> companions;  ///< files beside it that belong to it
    std::vector<SummaryColumn> table;  ///< empty while there are no statistics
    std::vector<std::string> warnings;
    std::optional<GridComparisons> comparisons;  ///< of grid solutions only
    std::optional<Verification> verification;
};

/// Reads the summary; with `verify` every number of the file.
FileSummary summarize(const ResultFile& file, bool verify);

/// A value of the effective input, "-" when the file does not have it.
std::string config_value(const Description& description, const std::string& key);

}  // namespace greenhalo
