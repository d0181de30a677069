#include "superposition/fast_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/parallel/agreement.h"
#include "greenhalo/parallel/exchange.h"
#include "superposition/cell_outcome.h"
#include "superposition/fast_polynomials.h"
#include "superposition/fast_weights.h"

namespace greenhalo {

namespace {

constexpr std::int64_t group_sizes[] = {1, 2, 4, 7, 8, 14, 28};  ///< slabs; divisors of every cell
constexpr double sources_per_group = 160.0;  ///< that make its moments worth their way into the cell
/// Errors do not all add up: over a random design of 200 models the sums were never wrong by more than a
/// fifth of what the classes might do together.
constexpr double estimate_per_bound = 0.2;
/// Where the shares of the classes exceed the tolerance together they are cut down to this part of it.
constexpr double within_tolerance = 0.95;
/// Rough costs in processor cycles; they only decide from which age on the fast way is worth it.
constexpr double cycles_per_source = 60.0, cycles_per_product = 0.1, cycles_per_moment = 15.0;
constexpr double cycles_per_weight = 2.0, cycles_per_direct_term = 6.0;
constexpr double clearly_cheaper = 0.8;  ///< with costs as rough as these
constexpr std::size_t most_weights = 6000000;  ///< of all cells together, 48 MB
/// Delays stay small against the age of whatever is summed fast.
constexpr double ages_per_delay = 4.0;
/// A part of the reach that light crosses is enough: the few sources beyond are summed directly.
constexpr double least_reach = 0.9;

/// Cells that are planned side by side at most: planning ages that turn out too young is wasted.
constexpr std::size_t most_at_once = 16;

/// The plan in the making.
class Planner {
  public:
    Planner(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
            double tolerance, FastBudget::Width width)
        : transport_(transport),
          selection_(selection),
          tolerance_(tolerance),
          rate_(law.rate),
          budget_(transport, selection, law, time_span, tolerance, width),
          error2_(budget_.channels().size(), 0.0) {}

    /// Collective over `sharers`, who take turns; null is nobody else.
    FastPlan make(const Ranks* sharers) {
        const std::size_t at_once =
            sharers == nullptr ? 1 : std::min(static_cast<std::size_t>(sharers->count()), most_at_once);
        bool something = false, stopped = false;
        for (std::size_t left = budget_.cells().size(); left > 0 && !stopped;) {
            for (CellOutcome& outcome : plan_side_by_side(left, std::min(at_once, left), sharers)) {
                --left;
                stopped = !accept(std::move(outcome));
                if (stopped) break;
                something = something || !plan_.cells.back().classes.empty();
            }
        }
        std::reverse(plan_.cells.begin(), plan_.cells.end());
        if (!something) {
            plan_.cells.clear();
            plan_.why_not = plan_.why_stopped.empty() ? "there is nothing to sum" : plan_.why_stopped;
        }
        plan_.channels = budget_.channels();
        if (plan_.why_not.empty() && !budget_.has_delays()) {
            plan_.least_sums = budget_.least_sums(transport_.nuclei.size() * transport_.energies.size(),
                                                  rate_ * slab_edge(plan_.first_slab));
        }
        double worst = 0.0;
        for (const double e : error2_) worst = std::max(worst, e);
        plan_.error_estimate = tolerance_ * std::hypot(estimate_per_bound * std::sqrt(worst),
                                                       plan_.least_sums ? FastBudget::share_of_far() : 0.0);
        return std::move(plan_);
    }

    /// Whether narrower cells would take younger sources.
    bool cells_are_too_wide() const { return cells_too_wide_; }

    /// Rough cost of a realization by the plan `made`, the direct sum over the youngest sources included.
    double cycles(const FastPlan& made) const {
        double direct = 0.0;
        for (const AgeCell& cell : budget_.cells()) {
            if (made.cells.empty() || cell.first_slab < made.first_slab) direct += direct_cycles(cell);
        }
        return cycles_ + direct;
    }

  private:
    static double direct_cycles(const AgeCell& cell) {
        return cycles_per_direct_term * cell.direct_terms * cell.sources;
    }

    /// The `count` oldest of the first `left` cells, the oldest first, each planned by one of the sharers.
    std::vector<CellOutcome> plan_side_by_side(std::size_t left, std::size_t count, const Ranks* sharers) const {
        std::vector<CellOutcome> outcomes;
        if (count == 1) {
            outcomes.push_back(plan_cell(budget_.cells()[left - 1]));
            return outcomes;
        }
        std::string mine;
        together(*sharers, [&] {
            const auto rank = static_cast<std::size_t>(sharers->rank());
            if (rank < count) mine = pack(plan_cell(budget_.cells()[left - 1 - rank]));
        });
        const std::vector<std::string> all = gather_texts(*sharers, mine);
        for (std::size_t i = 0; i < count; ++i) outcomes.push_back(unpack(all[i]));
        return outcomes;
    }

    /// Takes the next younger cell into the plan, if it can be had.
    bool accept(CellOutcome outcome) {
        const std::size_t weights = outcome.cell.weights.size();
        if (outcome.why_not.empty() && held_ + weights > most_weights) {
            outcome = refuse(outcome.high, "the weights would take too much memory");
        }
        if (!outcome.why_not.empty()) {
            plan_.why_stopped = outcome.why_not;
            cells_too_wide_ = outcome.cells_too_wide;
            return false;
        }
        held_ += weights;
        cycles_ += outcome.cycles;
        for (std::size_t c = 0; c < error2_.size(); ++c) error2_[c] += outcome.error2[c];
        plan_.first_slab = outcome.cell.first_slab;
        plan_.cells.push_back(std::move(outcome.cell));
        return true;
    }

    static CellOutcome refuse(double age, const char* why) {
        CellOutcome outcome;
        outcome.why_not = fmt::format("sources younger than {:.3g} Myr are summed directly: {}", age, why);
        return outcome;
    }

    CellOutcome plan_cell(const AgeCell& cell) const {
        if (cell.low < ages_per_delay * budget_.longest_delay()) {
            return refuse(cell.high, "the release takes too long");
        }
        if (cell.low < selection_.minimum_age + budget_.longest_delay() && selection_.minimum_age > 0.0) {
            return refuse(cell.high, "there the minimum age lies");
        }
        double reach = budget_.field().reach();
        if (selection_.causal) {
            // what light has crossed by then, in the plane, from any height
            const double seen = units::c * (cell.low - budget_.longest_delay()), h = transport_.half_height;
            reach = std::min(reach, std::sqrt(std::max(0.0, seen * seen - 4.0 * h * h)));
            if (reach < least_reach * budget_.field().reach()) return refuse(cell.high, "causality matters");
        }
        const double per_slab = cell.rate * (cell.high - cell.low) / static_cast<double>(cell.slab_count);
        std::size_t size = 0;
        while (size + 1 < std::size(group_sizes) &&
               per_slab * static_cast<double>(group_sizes[size]) < sources_per_group) {
            ++size;
        }
        FastNeeds needs;
        for (;; --size) {
            // the widest group is the oldest one
            const std::int64_t last = cell.first_slab + cell.slab_count;
            needs = budget_.needs_of(cell, 0.5 * (slab_edge(last) - slab_edge(last - group_sizes[size])));
            if (needs.verdict != FastNeeds::Verdict::groups_too_wide) break;
            if (size == 0) return refuse(cell.high, "the tolerance is too small");
        }
        if (needs.verdict != FastNeeds::Verdict::possible) {
            CellOutcome outcome = refuse(cell.high, needs.why);
            outcome.cells_too_wide = needs.verdict == FastNeeds::Verdict::cells_too_wide;
            return outcome;
        }
        CellOutcome outcome;
        outcome.high = cell.high;
        outcome.error2 = needs.error2;
        PlannedCell& planned = outcome.cell;
        planned.first_slab = cell.first_slab;
        planned.slab_count = cell.slab_count;
        planned.slabs_per_group = group_sizes[size];
        if (needs.needs.empty()) return outcome;
        const auto rows = choose_rows(budget_, cell, needs.needs, reach);
        if (!rows) return refuse(cell.high, "no set of exponentials is accurate enough");
        const PowerChain chain = power_chain(rows->used);
        if (chain.exponent.size() > fast_max_rows) return refuse(cell.high, "too many exponentials are needed");
        const std::size_t weights = weight_count(budget_, needs.needs, *rows);
        outcome.cycles = cycles_of(cell, needs.needs, *rows, weights, planned);
        if (outcome.cycles > direct_cycles(cell)) {
            return refuse(cell.high, "for them that is the faster way");
        }
        if (weights > most_weights) return refuse(cell.high, "the weights would take too much memory");
        planned.weights.reserve(weights);
        set_kernel(*rows, chain, cell, reach, planned);
        add_classes(cell, needs.needs, *rows, chain, planned, outcome.error2);
        return outcome;
    }

    int components_of(const FastNeed& need) const {
        return budget_.field().modes().value[need.mode - 1] != 0.0 ? 3 : 1;
    }

    /// Rough cost of the sources of a cell, summed fast.
    double cycles_of(const AgeCell& cell, const std::vector<FastNeed>& needs, const CellRows& rows,
                     std::size_t weights, const PlannedCell& planned) const {
        double products = 0.0;
        for (std::size_t i = 0; i < needs.size(); ++i) {
            products += components_of(needs[i]) * static_cast<double>(rows.fits[i].rows().size());
        }
        const double groups = static_cast<double>(cell.slab_count / planned.slabs_per_group);
        return (cycles_per_source + cycles_per_product * products) * cell.sources +
               cycles_per_moment * products * groups + cycles_per_weight * static_cast<double>(weights);
    }

    void set_kernel(const CellRows& rows, const PowerChain& chain, const AgeCell& cell, double reach,
                    PlannedCell& planned) const {
        planned.b0 = rows.b0;
        planned.separable = !budget_.has_delays();
        FastCell& k = planned.kernel;
        k.x = transport_.observer.x;
        k.y = transport_.observer.y;
        k.z = transport_.observer.z;
        k.half_height = transport_.half_height;
        k.fit_rho2 = reach * reach;
        k.power_count = static_cast<int>(chain.exponent.size());
        std::copy(chain.left.begin(), chain.left.end(), k.left);
        std::copy(chain.right.begin(), chain.right.end(), k.right);
        k.minimum_distance2 = selection_.minimum_distance * selection_.minimum_distance;
        k.exclude_distance2 = selection_.exclude_distance * selection_.exclude_distance;
        k.exclude_age = selection_.exclude_age;
        k.selective = selection_.minimum_distance > 0.0 ||
                      (selection_.exclude_distance > 0.0 && selection_.exclude_age > cell.low);
    }

    void add_classes(const AgeCell& cell, const std::vector<FastNeed>& needs, const CellRows& rows,
                     const PowerChain& chain, PlannedCell& planned, std::vector<double>& error2) const {
        FastCell& k = planned.kernel;
        for (std::size_t i = 0; i < needs.size(); ++i) {
            FastClass c{};
            c.mode = static_cast<int>(needs[i].mode);
            c.degree = static_cast<int>(needs[i].degree);
            c.components = components_of(needs[i]);
            c.row_count = static_cast<int>(rows.fits[i].rows().size());
            for (const int n : rows.fits[i].rows()) planned.rows.push_back(chain.index_of(n));
            c.moment = k.moment_count;
            k.moment_count += c.components * c.row_count;
            k.mode_count = std::max(k.mode_count, c.mode);
            k.degree_count = std::max(k.degree_count, c.degree + 1);
            planned.classes.push_back(c);
            add_terms(budget_, cell, transport_.half_height, needs[i], rows.fits[i], rows.nodes, planned,
                      error2);
        }
        planned.link();
        lay_out_terms(planned);
        set_age_factors(cell, planned);
    }

    static void set_age_factors(const AgeCell& cell, PlannedCell& planned) {
        const std::size_t degrees = static_cast<std::size_t>(planned.kernel.degree_count);
        const double middle = 0.5 * (cell.low + cell.high), half = 0.5 * (cell.high - cell.low);
        const std::int64_t groups = cell.slab_count / planned.slabs_per_group;
        const std::size_t size = degrees * fast_chebyshev;
        planned.age_factors.resize(2 * size * static_cast<std::size_t>(groups));
        double* at = planned.age_factors.data();
        for (std::int64_t g = 0; g < groups; ++g, at += 2 * size) {
            const std::int64_t first = cell.first_slab + g * planned.slabs_per_group;
            const double low = (slab_edge(first) - middle) / half;
            const double high = (slab_edge(first + planned.slabs_per_group) - middle) / half;
            legendre_of_chebyshev(low, high, 1.0, 0.0, degrees, at);
            // the flow has another 1/(2 tau); with delays it is part of the weights
            const bool divide = planned.separable;
            legendre_of_chebyshev(low, high, divide ? 2.0 * middle : 1.0, divide ? 2.0 * half : 0.0, degrees,
                                  at + size);
        }
    }

    Transport transport_;
    Selection selection_;
    double tolerance_, rate_;
    FastBudget budget_;
    FastPlan plan_;
    std::vector<double> error2_;  ///< per channel, in units of the tolerance
    std::size_t held_ = 0;        ///< weights
    double cycles_ = 0.0;         ///< of the cells that were taken
    bool cells_too_wide_ = false;
};

}  // namespace

void PlannedCell::link() {
    const int* next = rows.data();
    for (FastClass& c : classes) {
        c.rows = next;
        next += c.row_count;
    }
    kernel.class_count = static_cast<int>(classes.size());
    kernel.classes = classes.data();
}

std::size_t FastPlan::memory() const {
    std::size_t bytes = 0;
    for (const FastChannel& channel : channels) {
        bytes += sizeof(FastChannel) + sizeof(ReleaseEntry) * channel.entries.capacity();
    }
    for (const PlannedCell& cell : cells) {
        bytes += sizeof(PlannedCell) + 8 * (cell.weights.capacity() + cell.age_factors.capacity()) +
                 sizeof(FastTerm) * cell.terms.capacity() + sizeof(FastClass) * cell.classes.capacity() +
                 sizeof(int) * cell.rows.capacity();
    }
    return bytes;
}

namespace {

/// A plan of which every class keeps its share of `shared_out`; their errors together may exceed `tolerance`. Narrower
/// cells take younger sources, but cost more for the others: they are taken where that is clearly cheaper.
FastPlan plan_with_shares(const Transport& transport, const Selection& selection, const SourceLaw& law,
                          double time_span, double shared_out, const Ranks* sharers) {
    Planner wide(transport, selection, law, time_span, shared_out, FastBudget::Width::wide);
    FastPlan plan = wide.make(sharers);
    if (!wide.cells_are_too_wide()) return plan;
    Planner narrow(transport, selection, law, time_span, shared_out, FastBudget::Width::narrow);
    FastPlan other = narrow.make(sharers);
    return narrow.cycles(other) < clearly_cheaper * wide.cycles(plan) ? std::move(other) : std::move(plan);
}

}  // namespace

FastPlan make_fast_plan(const Transport& transport, const Selection& selection, const SourceLaw& law,
                        double time_span, double tolerance, const Ranks* sharers) {
    double shared_out = tolerance;
    FastPlan plan = plan_with_shares(transport, selection, law, time_span, shared_out, sharers);
    for (int attempt = 0; plan.error_estimate > tolerance && attempt < 3; ++attempt) {
        shared_out *= within_tolerance * tolerance / plan.error_estimate;
        plan = plan_with_shares(transport, selection, law, time_span, shared_out, sharers);
    }
    return plan;
}

}  // namespace greenhalo
