/// \file
/// The realizations that a rank holds for the statistics, and which of them are not in the file yet.
#pragma once

#include <cstdint>
#include <vector>

#include "greenhalo/ensemble/observables.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

class FinishedRows {
  public:
    /// Takes over rows of a file that stores all of each realization.
    void load(const RealizationRows& rows, const Description& description);

    void add(std::int64_t row, Realization realization);

    /// The rows that were added since the last mark_saved(), with what is stored of them.
    RealizationRows unsaved(Stored stored) const;
    void mark_saved() { saved_ = row_.size(); }

    const std::vector<std::int64_t>& row() const { return row_; }  ///< within the file
    const std::vector<Realization>& realization() const { return realization_; }

    /// How many were added, not loaded, and the random sources in them.
    std::int64_t computed() const { return static_cast<std::int64_t>(row_.size() - loaded_); }
    std::int64_t computed_sources() const;

  private:
    std::vector<std::int64_t> row_;
    std::vector<Realization> realization_;
    std::size_t saved_ = 0, loaded_ = 0;
};

}  // namespace greenhalo
