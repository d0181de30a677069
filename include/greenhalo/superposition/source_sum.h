/// \file
/// The ways to superpose random sources behind one interface.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "greenhalo/superposition/direct_sum.h"
#include "greenhalo/superposition/fast_sum.h"

namespace greenhalo {

/// FastSum or DirectSum.
enum class SumMethod { fast, direct };

/// How random sources are superposed.
struct SumSettings {
    SumMethod method = SumMethod::direct;  ///< fast sums directly where it does not reach the tolerance
    double tolerance = 1e-8;               ///< of the fast sum, relative to the sum of absolute contributions
};

/// Superposes the random sources of realizations by the method that is wanted, or by the direct sum where the
/// fast one does not reach its tolerance.
class SourceSum {
  public:
    /// `sharers` as in FastSum.
    SourceSum(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
              const SumSettings& settings, const Ranks* sharers = nullptr);

    /// \{
    /// As DirectSum::sum and FastSum::sum.
    Superposition sum(const Catalogue& catalogue, std::int64_t realization,
                      std::int64_t* source_count = nullptr);
    Superposition sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                      std::int64_t* source_count = nullptr, const std::function<void()>& at_slab = {});
    /// \}

    /// What is really done, in one line: "direct", "fast from 0.3 Myr, ..." or why it is direct after all.
    std::string description() const;

    /// Expected largest error of density and current, relative to the sum of absolute contributions.
    double error_estimate() const;

  private:
    std::variant<DirectSum, FastSum> sum_;
};

}  // namespace greenhalo
