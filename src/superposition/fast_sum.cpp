#include "greenhalo/superposition/fast_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/isa_dispatch.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/superposition/direct_sum.h"
#include "superposition/fast_plan.h"

#ifdef __SSE2__
#include <xmmintrin.h>
#endif

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(FastKernels, fast_kernels)

namespace {

constexpr std::size_t padding = 16;
constexpr std::size_t lanes = 8;
/// 1/age by a series of fast_inverse_degree is good to 4e-14 up to this width.
constexpr std::int64_t most_slabs_of_narrow_group = 2;
/// The error of the direct sum, relative to the sum of absolute contributions.
constexpr double direct_error = 1e-12;

/// High powers of small exponentials underflow: what is below the smallest normal number is zero, at full
/// speed.
class FlushToZero {
  public:
#ifdef __SSE2__
    FlushToZero() : former_(_mm_getcsr()) {
        _mm_setcsr(former_ | 0x8040u);
    }
    ~FlushToZero() {
        _mm_setcsr(former_);
    }

  private:
    unsigned former_;
#else
    FlushToZero() {}
    ~FlushToZero() {}
#endif

  public:
    FlushToZero(const FlushToZero&) = delete;
    FlushToZero& operator=(const FlushToZero&) = delete;
};

}  // namespace

class FastSum::Engine {
  public:
    Engine(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
           double tolerance, const Ranks* sharers)
        : plan_(make_fast_plan(transport, selection, law, time_span, tolerance, sharers)),
          kernels_(active_fast_kernels()),
          selection_(selection),
          pairs_(transport.nuclei.size() * transport.energies.size()),
          direct_(transport, selection) {
        if (plan_.least_sums) direct_.leave_far_out(*plan_.least_sums);
        std::size_t scratch = 0, moments = 0;
        for (const PlannedCell& cell : plan_.cells) {
            scratch = std::max(scratch, static_cast<std::size_t>(fast_scratch(cell.kernel)));
            moments = std::max(moments, static_cast<std::size_t>(cell.kernel.moment_count));
        }
        scratch_.resize(scratch);
        moments_.resize(moments);
        cell_moments_.resize(moments * fast_chebyshev);
    }

    Superposition sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                      std::int64_t* source_count, const std::function<void()>& at_slab) {
        if (!plan_.why_not.empty()) return direct_.sum(catalogue, realization, slabs, source_count, at_slab);
        if (!young_ || young_->seed() != catalogue.seed()) {
            young_.emplace(catalogue.law(), slab_edge(plan_.first_slab), catalogue.seed());
        }
        std::int64_t count = 0;
        const std::int64_t young_end = std::min(slabs.end, young_->slab_count());
        Superposition total =
            direct_.sum(*young_, realization, {std::min(slabs.first, young_end), young_end}, &count, at_slab);
        sums_.assign(4 * lanes * ((plan_.channels.size() + lanes - 1) / lanes), 0.0);
        far_.size = 0;
        {
            const FlushToZero guard;
            for (const PlannedCell& cell : plan_.cells)
                count += add_cell(cell, catalogue, realization, slabs, at_slab);
        }
        for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
            const std::size_t pair = plan_.channels[c].pair;
            const double* sums = sums_.data() + 4 * lanes * (c / lanes) + c % lanes;
            total.density[pair] += sums[0];
            for (std::size_t i = 0; i < 3; ++i) total.current[3 * pair + i] += sums[lanes * (1 + i)];
        }
        if (far_.size > 0) add(direct_.sum(far_, selection_), total);
        if (source_count != nullptr) *source_count = count;
        return total;
    }

    const FastPlan& plan() const { return plan_; }

    std::size_t memory() const {
        return plan_.memory() +
               8 * (scratch_.size() + moments_.size() + cell_moments_.size() + sums_.size() +
                    outliers_.capacity() + 4 * (buffer_.capacity() + far_.capacity())) +
               sizeof(Engine);
    }

  private:
    static void add(const Superposition& part, Superposition& total) {
        for (std::size_t i = 0; i < part.density.size(); ++i) total.density[i] += part.density[i];
        for (std::size_t i = 0; i < part.current.size(); ++i) total.current[i] += part.current[i];
    }

    /// Adds the sources of the groups of a cell that begin in a range of slabs; returns how many lie within the span.
    std::int64_t add_cell(const PlannedCell& cell, const Catalogue& catalogue, std::int64_t realization,
                          const SlabRange& range, const std::function<void()>& at_slab) {
        const std::int64_t slabs = catalogue.slab_count(), size = cell.slabs_per_group;
        const std::int64_t first_group = (std::max(range.first - cell.first_slab, std::int64_t{0}) + size - 1) / size;
        const std::int64_t group_end = (std::min(range.end - cell.first_slab, cell.slab_count) + size - 1) / size;
        if (first_group >= group_end) return 0;
        std::int64_t within = 0;
        const bool seen = !cell.classes.empty();
        std::fill(cell_moments_.begin(), cell_moments_.end(), 0.0);
        const std::size_t stride = 2 * static_cast<std::size_t>(cell.kernel.degree_count) * fast_chebyshev;
        for (std::int64_t g = first_group; g < group_end; ++g) {
            if (at_slab) at_slab();
            const std::int64_t first = cell.first_slab + g * size;
            const std::int64_t end = std::min(first + size, slabs);
            buffer_.size = 0;
            for (std::int64_t slab = first; slab < end; ++slab) {
                const std::int64_t total = catalogue.source_count(realization, slab);
                const bool last = slab_edge(slab + 1) > catalogue.time_span();
                if (seen || last) {
                    make_room(buffer_, static_cast<std::size_t>(total));
                    const std::size_t before = buffer_.size;
                    catalogue.draw(realization, slab, 0, total, buffer_);
                    if (last) drop_beyond(catalogue.time_span(), before);
                    within += static_cast<std::int64_t>(buffer_.size - before);
                } else {
                    within += total;
                }
            }
            if (!seen || buffer_.size == 0) continue;
            const FastGroup group = group_of(cell, first);
            const std::int64_t outliers =
                kernels_.sum_group(cell.kernel, group, scratch_.data(), moments_.data(), outliers_.data());
            kernels_.deposit(cell.kernel, cell.age_factors.data() + static_cast<std::size_t>(g) * stride,
                             moments_.data(), cell_moments_.data());
            for (std::int64_t i = 0; i < outliers; ++i)
                keep(static_cast<std::size_t>(outliers_[static_cast<std::size_t>(i)]));
        }
        kernels_.contract(cell.kernel, static_cast<std::int64_t>(cell.terms.size()), cell.terms.data(),
                          cell.separable ? 1 : 0, cell.weights.data(), cell_moments_.data(), sums_.data());
        return within;
    }

    /// The buffered sources as a group; the eight after them lie outside the halo.
    FastGroup group_of(const PlannedCell& cell, std::int64_t first_slab) {
        const double low = slab_edge(first_slab), high = slab_edge(first_slab + cell.slabs_per_group);
        FastGroup group{};
        group.middle = 0.5 * (low + high);
        group.inverse_half_width = 2.0 / (high - low);
        group.narrow = cell.slabs_per_group <= most_slabs_of_narrow_group ? 1 : 0;
        group.inverse_age[0] = -cell.b0;
        if (group.narrow != 0) {
            const double step = -0.5 * (high - low) / group.middle;
            group.inverse_age[0] /= group.middle;
            for (int k = 1; k <= fast_inverse_degree; ++k)
                group.inverse_age[k] = group.inverse_age[k - 1] * step;
        }
        for (std::size_t i = 0; i < lanes; ++i) {
            const std::size_t at = buffer_.size + i;
            buffer_.x[at] = cell.kernel.x;
            buffer_.y[at] = cell.kernel.y;
            buffer_.z[at] = 2.0 * cell.kernel.half_height;
            buffer_.age[at] = group.middle;
        }
        group.count = static_cast<std::int64_t>(buffer_.size);
        group.x = buffer_.x.data();
        group.y = buffer_.y.data();
        group.z = buffer_.z.data();
        group.age = buffer_.age.data();
        return group;
    }

    void make_room(SourceBuffer& buffer, std::size_t count) {
        const std::size_t wanted = buffer.size + count + padding;
        if (wanted <= buffer.capacity()) return;
        SourceBuffer larger(2 * wanted);
        larger.size = buffer.size;
        const auto copy = [&](const AlignedVector& from, AlignedVector& to) {
            std::copy_n(from.begin(), buffer.size, to.begin());
        };
        copy(buffer.x, larger.x);
        copy(buffer.y, larger.y);
        copy(buffer.z, larger.z);
        copy(buffer.age, larger.age);
        buffer = std::move(larger);
        if (outliers_.size() < buffer.capacity()) outliers_.resize(buffer.capacity());
    }

    void drop_beyond(double span, std::size_t from) {
        std::size_t to = from;
        for (std::size_t i = from; i < buffer_.size; ++i) {
            if (buffer_.age[i] > span) continue;
            buffer_.x[to] = buffer_.x[i];
            buffer_.y[to] = buffer_.y[i];
            buffer_.z[to] = buffer_.z[i];
            buffer_.age[to] = buffer_.age[i];
            ++to;
        }
        buffer_.size = to;
    }

    void keep(std::size_t i) {
        make_room(far_, 1);
        far_.x[far_.size] = buffer_.x[i];
        far_.y[far_.size] = buffer_.y[i];
        far_.z[far_.size] = buffer_.z[i];
        far_.age[far_.size] = buffer_.age[i];
        ++far_.size;
    }

    FastPlan plan_;
    const FastKernels& kernels_;
    Selection selection_;
    std::size_t pairs_;
    DirectSum direct_;
    std::optional<Catalogue> young_;
    AlignedVector scratch_, moments_, cell_moments_;
    AlignedVector sums_;
    SourceBuffer buffer_, far_;
    std::vector<std::int64_t> outliers_;
};

FastSum::FastSum(const Transport& transport, const Selection& selection, const SourceLaw& law,
                 double time_span, double tolerance, const Ranks* sharers)
    : engine_(std::make_unique<Engine>(transport, selection, law, time_span, tolerance, sharers)) {}
FastSum::~FastSum() = default;
FastSum::FastSum(FastSum&&) noexcept = default;

Superposition FastSum::sum(const Catalogue& catalogue, std::int64_t realization, std::int64_t* source_count) {
    return engine_->sum(catalogue, realization, {0, catalogue.slab_count()}, source_count, {});
}

Superposition FastSum::sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                           std::int64_t* source_count, const std::function<void()>& at_slab) {
    return engine_->sum(catalogue, realization, slabs, source_count, at_slab);
}

const std::string& FastSum::why_direct() const {
    return engine_->plan().why_not;
}

double FastSum::fast_from() const {
    return why_direct().empty() ? slab_edge(engine_->plan().first_slab)
                                : std::numeric_limits<double>::infinity();
}

double FastSum::error_estimate() const {
    return why_direct().empty() ? engine_->plan().error_estimate : direct_error;
}

std::size_t FastSum::memory() const {
    return engine_->memory();
}

std::string FastSum::describe() const {
    std::string text = engine_->plan().why_stopped + "\n";
    for (const PlannedCell& cell : engine_->plan().cells) {
        int products = 0, rows = 0;
        for (const FastClass& c : cell.classes) {
            products += c.components * c.row_count;
            rows = std::max(rows, c.row_count);
        }
        text += fmt::format(
            "from {:.4g} Myr: {} modes, {} degrees, groups of {}, {} rows of {} powers, {} products, {} "
            "terms\n",
            slab_edge(cell.first_slab), cell.kernel.mode_count, cell.kernel.degree_count,
            cell.slabs_per_group, rows, cell.kernel.power_count, products, cell.terms.size());
    }
    return text;
}

}  // namespace greenhalo
