#include "greenhalo/superposition/direct_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/isa_dispatch.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/physics/green_function.h"
#include "superposition/direct_kernels.h"
#include "superposition/far_sources.h"

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(DirectKernels, direct_kernels)

namespace {

constexpr std::size_t tile_capacity = 512;
constexpr std::size_t padding = 16;
/// A tile of random sources spans at most this ratio of ages, so that one series serves it.
constexpr double tile_age_ratio = 1.15;
/// Images are still exact to rounding up to here, so that a tile may reach a little beyond `images_up_to`.
constexpr double images_at_most = 0.42;
/// Preparing a tile costs as much as what so many channels spend on a delay of their own.
constexpr std::size_t own_tile_from = 32;
/// exp(-negligible) is below the rounding of 1.
constexpr double negligible = 39.0;
/// Sources up to this age (Myr) are the measure for leaving old ones out.
constexpr double reference_age = 1.0;
constexpr double cut_level = 1e-14;
/// So many of the youngest sources are measure enough where sources are very frequent.
constexpr double most_reference_sources = 1e6;
constexpr double first_mode_decay = units::pi * units::pi / 4.0;  ///< k_1^2 H^2

/// One (group, energy, entry of the release): what a kernel call needs and where its result goes.
struct Channel {
    std::size_t pair;
    double diffusion, loss_rate, delay, yield;
};

/// Sums of one channel, without its yield.
struct ChannelSums {
    double density = 0.0;
    double current[3] = {0.0, 0.0, 0.0};
};

/// From these effective ages on a channel leaves out everything, or the vertical current.
struct CutAges {
    double all = std::numeric_limits<double>::infinity();
    double vertical = std::numeric_limits<double>::infinity();
};

Geometry make_geometry(const Transport& transport) {
    Geometry g{};
    const double h = transport.half_height, z = transport.observer.z;
    g.half_height = h;
    g.x = transport.observer.x;
    g.y = transport.observer.y;
    g.z = z;
    constexpr double quarter_sine[4] = {0.0, 1.0, 0.0, -1.0};
    for (int m = 1; m <= mode_count; ++m) {
        const double k = m * units::pi / (2.0 * h);
        if (z == 0.0) {
            g.mode_value[m] = quarter_sine[m % 4];
            g.mode_slope[m] = k * quarter_sine[(m + 1) % 4];
        } else if (z < 0.0) {
            g.mode_value[m] = std::sin(k * (h + z));
            g.mode_slope[m] = k * std::cos(k * (h + z));
        } else {
            const double sign = m % 2 == 0 ? -1.0 : 1.0;
            g.mode_value[m] = sign * std::sin(k * (h - z));
            g.mode_slope[m] = -sign * k * std::cos(k * (h - z));
        }
    }
    return g;
}

PrepareRequest make_request(const Geometry& geometry, const Selection& selection) {
    PrepareRequest r{};
    r.geometry = geometry;
    r.minimum_age = selection.minimum_age;
    r.minimum_distance2 = selection.minimum_distance * selection.minimum_distance;
    r.causal_speed2 = selection.causal ? units::c * units::c : std::numeric_limits<double>::infinity();
    r.exclude_distance2 = selection.exclude_distance * selection.exclude_distance;
    r.exclude_age = selection.exclude_age;
    return r;
}

/// Smallest age in (low, high) from which a decreasing bound stays below a limit; infinity if none.
template <class Bound>
double age_where_below(double low, double high, double limit, Bound bound) {
    if (!(limit > 0.0) || !(bound(high) <= limit)) return std::numeric_limits<double>::infinity();
    if (bound(low) <= limit) return low;
    for (int i = 0; i < 40; ++i) {
        const double middle = 0.5 * (low + high);
        (bound(middle) <= limit ? high : low) = middle;
    }
    return high;
}

}  // namespace

class DirectSum::Engine {
  public:
    Engine(const Transport& transport, const Selection& selection)
        : transport_(transport),
          selection_(selection),
          geometry_(make_geometry(transport)),
          kernels_(active_direct_kernels()),
          storage_((10 + 2 + mode_count) * (tile_capacity + padding)),
          buffer_(tile_capacity + padding),
          sorted_(tile_capacity + padding) {
        const std::size_t energies = transport.energies.size();
        for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
            for (std::size_t e = 0; e < energies; ++e) {
                for (const ReleaseEntry& entry : transport.release[s][e]) {
                    if (entry.yield == 0.0) continue;
                    channels_.push_back({s * energies + e, transport.diffusion_of(s, e),
                                         transport.loss_rate_of(s, e), entry.delay, entry.yield});
                }
            }
        }
        // delays in a row: channels of one share a tile, those of the next often can
        std::stable_sort(channels_.begin(), channels_.end(),
                         [](const Channel& a, const Channel& b) { return a.delay < b.delay; });

        double* next = storage_.data();
        const auto take = [&next] {
            double* at = next;
            next += tile_capacity + padding;
            return at;
        };
        tile_.age = take();
        tile_.rho2_per_age = take();
        tile_.distance2_per_age = take();
        tile_.half_per_age = take();
        tile_.flow_x = take();
        tile_.flow_y = take();
        tile_.source_z = take();
        tile_.image_weight = take();
        tile_.mode_weight = take();
        for (int m = 1; m <= mode_count; ++m) tile_.mode[m] = take();
        split_image_weight_ = take();
        split_mode_weight_ = take();
    }

    Superposition sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                      std::int64_t* source_count, const std::function<void()>& at_slab) {
        begin(selection_, catalogue.time_span());
        bool cut = false;
        if (slabs.first > 0 && slabs.first < slabs.end && slab_edge(slabs.end) > reference_age) {
            add(catalogue, realization, {0, std::min(slabs.first, reference_slabs(catalogue))}, cut, at_slab);
            find_cuts(catalogue);
            cut = true;
            sums_.assign(channels_.size(), {});
        }
        const std::int64_t within_span = add(catalogue, realization, slabs, cut, at_slab);
        if (source_count != nullptr) *source_count = within_span;
        return result();
    }

    void leave_far_out(const LeastSums& least) {
        far_limits_.clear();
        for (const Channel& c : channels_) {
            far_limits_.push_back(c.delay == 0.0 ? FarLimit(least, c.pair, c.diffusion, geometry_.half_height)
                                                 : FarLimit());
        }
        image_exponent_ = std::min(negligible, least.image_exponent);
    }

    Superposition sum(const SourceBuffer& sources, const Selection& selection) {
        begin(selection, std::numeric_limits<double>::infinity());
        std::vector<std::size_t> order(sources.size);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return sources.age[a] < sources.age[b]; });
        AlignedVector energy(tile_capacity + padding, 1.0);
        for (std::size_t begin = 0; begin < sources.size; begin += tile_capacity) {
            const std::size_t count = std::min(tile_capacity, sources.size - begin);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t from = order[begin + i];
                buffer_.x[i] = sources.x[from];
                buffer_.y[i] = sources.y[from];
                buffer_.z[i] = sources.z[from];
                buffer_.age[i] = sources.age[from];
                if (!sources.energy.empty()) energy[i] = sources.energy[from];
            }
            buffer_.size = count;
            flush(energy.data());
        }
        return result();
    }

  private:
    /// Slabs up to reference_age, or up to the age by which there are plenty of sources to judge by.
    static std::int64_t reference_slabs(const Catalogue& catalogue) {
        return slabs_covering(std::min(reference_age, most_reference_sources / catalogue.law().rate));
    }

    /// Adds the sources of some slabs to the sums; returns how many lie within the span. From reference_age on what is
    /// negligible is left out; unless that was settled before (`cut`) it is found from what was summed so far.
    std::int64_t add(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs, bool cut,
                     const std::function<void()>& at_slab) {
        std::int64_t within_span = 0;
        double tile_start = 0.0;
        for (std::int64_t slab = slabs.first; slab < slabs.end; ++slab) {
            if (at_slab) at_slab();
            const std::int64_t total = catalogue.source_count(realization, slab);
            const double low = slab_edge(slab), high = slab_edge(slab + 1);
            if (!cut && low >= reference_age) {
                flush_random();
                find_cuts(catalogue);
                cut = true;
            }
            if (buffer_.size > 0 && high > tile_start * tile_age_ratio) flush_random();
            for (std::int64_t first = 0; first < total;) {
                if (buffer_.size == 0) tile_start = low;
                const auto room = static_cast<std::int64_t>(tile_capacity - buffer_.size);
                const std::int64_t count = std::min(room, total - first);
                const std::size_t at = buffer_.size;
                catalogue.draw(realization, slab, first, count, buffer_);
                if (high > catalogue.time_span()) {
                    within_span +=
                        std::count_if(buffer_.age.begin() + static_cast<std::ptrdiff_t>(at),
                                      buffer_.age.begin() + static_cast<std::ptrdiff_t>(buffer_.size),
                                      [&](double age) { return age <= catalogue.time_span(); });
                } else {
                    within_span += count;
                }
                first += count;
                if (buffer_.size == tile_capacity) flush_random();
            }
        }
        flush_random();
        return within_span;
    }

    void begin(const Selection& selection, double maximum_age) {
        request_ = make_request(geometry_, selection);
        request_.maximum_age = maximum_age;
        sums_.assign(channels_.size(), {});
        cuts_.assign(channels_.size(), {});
        buffer_.size = 0;
    }

    /// Adds the buffered random sources, by distance where far ones are left out.
    void flush_random() {
        sorted_by_distance_ = !far_limits_.empty();
        if (sorted_by_distance_) shells_.sort(buffer_, sorted_, geometry_.x, geometry_.y);
        flush();
        sorted_by_distance_ = false;
    }

    /// Adds the buffered sources to every channel and empties the buffer. One prepared tile serves the
    /// following delays as long as it has the same sources count; when many channels share a delay it is
    /// worth one of its own.
    void flush(const double* energy = nullptr) {
        if (buffer_.size == 0) return;
        request_.modes = mode_count;
        for (std::size_t first = 0; first < channels_.size();) {
            const double delay = channels_[first].delay;
            std::size_t end = first + 1;
            while (end < channels_.size() && channels_[end].delay == delay) ++end;
            double further = first == 0 ? 0.0 : delay - request_.delay;
            if (first == 0 || end - first >= own_tile_from || !serves(further)) {
                request_.delay = delay;
                kernels_.prepare(request_, static_cast<std::int64_t>(buffer_.size), buffer_.x.data(),
                                 buffer_.y.data(), buffer_.z.data(), buffer_.age.data(), energy, tile_);
                request_.modes = 0;
                further = 0.0;
            }
            // what does not count yet will count even less with a longer delay
            if (tile_.counted == 0) break;
            const double log_age = std::log(tile_.youngest);
            for (; first < end; ++first) {
                if (tile_.youngest - further < std::max(cuts_[first].all, cuts_[first].vertical)) {
                    add_tile(first, further, sorted_by_distance_ ? near_part(first, log_age) : tile_);
                }
            }
        }
        buffer_.size = 0;
    }

    /// Whether a further delay leaves out no source of the tile that counts.
    bool serves(double further) const {
        const double youngest = tile_.youngest - further;
        return further <= 0.5 * tile_.youngest && youngest >= request_.minimum_age &&
               youngest * youngest * request_.causal_speed2 >= tile_.farthest2;
    }

    /// The prepared tile without sources that are too far away for a channel.
    Tile near_part(std::size_t c, double log_age) const {
        constexpr std::size_t lanes = 8;
        Tile part = tile_;
        const std::size_t count = shells_.count_below(far_limits_[c](log_age));
        part.size = std::min(part.size, static_cast<std::int64_t>((count + lanes - 1) / lanes * lanes));
        return part;
    }

    /// `delay` on top of that of the tile, or of a part of it.
    void add_tile(std::size_t c, double delay, const Tile& tile) {
        const double per_h2 = channels_[c].diffusion / (geometry_.half_height * geometry_.half_height);
        const double youngest = per_h2 * (tile.youngest - delay), oldest = per_h2 * (tile.oldest - delay);
        if (oldest <= images_at_most) {
            add_images(c, tile, delay);
        } else if (youngest >= images_up_to) {
            add_modes(c, tile, delay, youngest);
        } else {
            // a tile of many ages: each source by the series that suits it
            const double boundary = 0.5 * (images_up_to + images_at_most);
            kernels_.split_weights(tile, boundary / per_h2 + delay, split_image_weight_, split_mode_weight_);
            Tile part = tile;
            part.image_weight = split_image_weight_;
            part.mode_weight = split_mode_weight_;
            add_images(c, part, delay);
            add_modes(c, part, delay, boundary);
        }
    }

    const SeriesKernels& series(double delay) const {
        return delay == 0.0 ? kernels_.as_prepared : kernels_.delayed;
    }

    void add_images(std::size_t c, const Tile& tile, double delay) {
        const Channel& channel = channels_[c];
        const SeriesKernels& kernels = series(delay);
        const double h = geometry_.half_height, q = 4.0 * channel.diffusion * (tile.oldest - delay);
        // the nearest image is 4 (H - zs)(H - z)/q further away, in the exponent
        const bool isolated = 4.0 * (h - tile.highest) * (h - std::abs(geometry_.z)) > image_exponent_ * q;
        const DirectKernel kernel = isolated             ? kernels.free_space
                                    : geometry_.z == 0.0 ? kernels.images_midplane
                                                         : kernels.images_general;
        double sums[4];
        kernel(tile, geometry_, channel.diffusion, channel.loss_rate, delay, sums);
        const double d4 = 4.0 * units::pi * channel.diffusion;
        const double factor = 1.0 / (d4 * std::sqrt(d4));
        sums_[c].density += factor * sums[0];
        for (int i = 0; i < 3; ++i) sums_[c].current[i] += factor * sums[1 + i];
    }

    /// `decay` is D tau/H^2 of the youngest source that counts.
    void add_modes(std::size_t c, const Tile& tile, double delay, double decay) {
        const Channel& channel = channels_[c];
        const double exponent = first_mode_decay * decay;
        double sums[4];
        mode_kernel(series(delay), exponent, tile.youngest - delay >= cuts_[c].vertical)(
            tile, geometry_, channel.diffusion, channel.loss_rate, delay, sums);
        const double factor = 1.0 / (4.0 * units::pi * channel.diffusion * geometry_.half_height);
        sums_[c].density += factor * sums[0];
        sums_[c].current[0] += factor * sums[1];
        sums_[c].current[1] += factor * sums[2];
        sums_[c].current[2] -= factor * channel.diffusion * sums[3];
    }

    /// The kernel with as many modes as matter: mode m has decayed by (m^2-1) exponents more than the first.
    DirectKernel mode_kernel(const SeriesKernels& kernels, double exponent, bool without_vertical) const {
        if (geometry_.z == 0.0) {
            // odd modes carry the density, even ones the vertical current: next after 1 is 3, after 2 is 4
            if (8.0 * exponent > negligible && without_vertical) return kernels.modes_midplane_1;
            if (8.0 * exponent > negligible && 12.0 * exponent > negligible) return kernels.modes_midplane_2;
            return kernels.modes_midplane_6;
        }
        if (3.0 * exponent > negligible) return kernels.modes_general_1;
        if (8.0 * exponent > negligible) return kernels.modes_general_2;
        if (15.0 * exponent > negligible) return kernels.modes_general_3;
        return kernels.modes_general_6;
    }

    /// From what the sources up to reference_age gave, the ages from which the rest of a channel is
    /// negligible.
    void find_cuts(const Catalogue& catalogue) {
        const double h = geometry_.half_height, span = catalogue.time_span();
        for (std::size_t c = 0; c < channels_.size(); ++c) {
            const Channel& channel = channels_[c];
            const ChannelSums& reference = sums_[c];
            const double d = channel.diffusion;
            const double low = std::max(reference_age, images_up_to * h * h / d);
            if (low >= span) continue;
            const double expected = catalogue.law().rate * span;
            const double sources = expected + 10.0 * std::sqrt(expected) + 50.0;
            // 1.3 and 2.6 cover the higher modes at D tau/H^2 >= images_up_to, for value and slope
            const auto value = [&](double t) {
                return 1.3 * sources / (4.0 * units::pi * d * t * h) *
                       std::exp(-(channel.loss_rate + first_mode_decay * d / (h * h)) * t);
            };
            // |x - xs|/(2 tau) exp(-rho^2/q) is at most sqrt(2 D/tau)/2 exp(-1/2)
            const auto flow = [&](double t) { return 0.43 * std::sqrt(d / t) * value(t); };
            const int mode = geometry_.z == 0.0 ? 2 : 1;
            const auto vertical = [&](double t) {
                return 2.6 * mode * units::pi / (2.0 * h) * d * sources / (4.0 * units::pi * d * t * h) *
                       std::exp(-(channel.loss_rate + mode * mode * first_mode_decay * d / (h * h)) * t);
            };
            const double by_density = age_where_below(low, span, cut_level * reference.density, value);
            const double by_x = age_where_below(low, span, cut_level * std::abs(reference.current[0]), flow);
            const double by_y = age_where_below(low, span, cut_level * std::abs(reference.current[1]), flow);
            cuts_[c].all = std::max({by_density, by_x, by_y});
            // in a thin disc seen from its plane there is no vertical current at all
            const bool flat = geometry_.z == 0.0 && catalogue.law().scale_height == 0.0;
            cuts_[c].vertical =
                flat ? low : age_where_below(low, span, cut_level * std::abs(reference.current[2]), vertical);
        }
    }

    Superposition result() const {
        const std::size_t pairs = transport_.nuclei.size() * transport_.energies.size();
        Superposition total{std::vector<double>(pairs, 0.0), std::vector<double>(3 * pairs, 0.0)};
        for (std::size_t c = 0; c < channels_.size(); ++c) {
            const Channel& channel = channels_[c];
            total.density[channel.pair] += channel.yield * sums_[c].density;
            for (std::size_t i = 0; i < 3; ++i) {
                total.current[3 * channel.pair + i] += channel.yield * sums_[c].current[i];
            }
        }
        return total;
    }

    Transport transport_;
    Selection selection_;
    Geometry geometry_;
    const DirectKernels& kernels_;
    std::vector<Channel> channels_;
    std::vector<ChannelSums> sums_;
    std::vector<CutAges> cuts_;
    AlignedVector storage_;
    Tile tile_{};
    double* split_image_weight_ = nullptr;
    double* split_mode_weight_ = nullptr;
    PrepareRequest request_{};
    SourceBuffer buffer_, sorted_;
    std::vector<FarLimit> far_limits_;  ///< per channel; none: nothing is left out
    Shells shells_;
    bool sorted_by_distance_ = false;
    double image_exponent_ = negligible;
};

DirectSum::DirectSum(const Transport& transport, const Selection& selection)
    : engine_(std::make_unique<Engine>(transport, selection)) {}
DirectSum::~DirectSum() = default;
DirectSum::DirectSum(DirectSum&&) noexcept = default;

void DirectSum::leave_far_out(const LeastSums& least) {
    engine_->leave_far_out(least);
}

Superposition DirectSum::sum(const Catalogue& catalogue, std::int64_t realization,
                             std::int64_t* source_count) {
    return engine_->sum(catalogue, realization, {0, catalogue.slab_count()}, source_count, {});
}

Superposition DirectSum::sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                             std::int64_t* source_count, const std::function<void()>& at_slab) {
    return engine_->sum(catalogue, realization, slabs, source_count, at_slab);
}

Superposition DirectSum::sum(const SourceBuffer& sources, const Selection& selection) {
    return engine_->sum(sources, selection);
}

}  // namespace greenhalo
