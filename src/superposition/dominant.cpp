#include "greenhalo/superposition/dominant.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/isa_dispatch.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/physics/green_function.h"
#include "superposition/current_bound.h"
#include "superposition/dominant_kernels.h"

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(DominantKernels, dominant_kernels)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Slabs of one tile: a seventh of an octave in age. The first slab, from age 0, is a tile of its own.
constexpr std::int64_t slabs_per_tile = slabs_per_octave / 7;
/// Sources are drawn to groups of eight.
constexpr std::size_t padding = 16;
/// Rounding of the bounds.
constexpr double bound_margin = 1.0 + 1e-9;
/// exp(-negligible) is below the rounding of 1; exp(-nothing) counts as 0.
constexpr double negligible = 40.0, nothing = 700.0;
/// The search starts with at most so many sources.
constexpr double most_to_start_with = 3e4;

std::int64_t first_slab(std::int64_t tile) {
    return tile == 0 ? 0 : 1 + (tile - 1) * slabs_per_tile;
}

/// Entries of the release of one energy with one delay: they share a bound.
struct BoundClass {
    double delay = 0.0;
    double factor = 0.0;     ///< sum of N (4 pi D)^(-3/2)/2
    double diffusion = 0.0;  ///< the largest
};

/// One (group, entry) of an energy.
struct Channel {
    double diffusion, loss_rate, delay, yield;
};

/// Everything that one energy needs.
struct EnergyPlan {
    std::vector<Channel> channels;
    std::vector<BoundClass> classes;
    std::vector<double>
        largest;  ///< [tiles] strict bound of |J| for all sources from this tile's youngest age on
    std::int64_t youngest_tile = 0;  ///< sources before it are younger than any delay or than the minimum age
    std::int64_t start_tile = 0;     ///< up to here it is searched at once
};

double modulus(const DominantSource& s) {
    return std::hypot(s.current[0], s.current[1], s.current[2]);
}

/// What a source gives through channels; the age since the explosion in Myr.
DominantSource contribution(const std::vector<Channel>& channels, const Transport& t,
                            const Selection& selection, const Position& place, double age, double energy) {
    DominantSource source;
    source.place = place;
    source.age = age;
    const double dx = t.observer.x - place.x, dy = t.observer.y - place.y, dz = t.observer.z - place.z;
    const double distance2 = dx * dx + dy * dy + dz * dz;
    const double h = t.half_height;
    const double nearest_image = 4.0 * (h - std::abs(place.z)) * (h - std::abs(t.observer.z));
    for (const Channel& c : channels) {
        const double tau = age - c.delay, q = 4.0 * c.diffusion * tau;
        if (!(tau > 0.0) || tau < selection.minimum_age || distance2 > nothing * q) continue;
        if (selection.causal && distance2 > units::c * units::c * tau * tau) continue;
        const Propagation<double> p{dx, dy, t.observer.z, place.z, tau, h, c.diffusion, c.loss_rate};
        const auto g = nearest_image > negligible * q ? green_function_by_images(p, 0) : green_function(p);
        source.density += c.yield * g.value;
        for (int i = 0; i < 3; ++i) source.current[i] -= c.yield * c.diffusion * g.gradient[i];
    }
    source.density *= energy;
    for (double& j : source.current) j *= energy;
    source.exists = modulus(source) > 0.0;
    return source;
}

std::vector<Channel> channels_of(const Transport& t, std::size_t energy) {
    std::vector<Channel> channels;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (const ReleaseEntry& entry : t.release[s][energy]) {
            if (entry.yield == 0.0) continue;
            channels.push_back(
                {t.diffusion_of(s, energy), t.loss_rate_of(s, energy), entry.delay, entry.yield});
        }
    }
    return channels;
}

}  // namespace

class DominantSearch::Engine {
  public:
    Engine(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
           const SourceBuffer& listed)
        : transport_(transport),
          selection_(selection),
          kernels_(active_dominant_kernels()),
          slab_{transport.half_height, std::abs(transport.observer.z)},
          time_span_(time_span) {
        const std::int64_t slabs = law.model == SourceModel::none ? 0 : slabs_covering(time_span);
        while (first_slab(tiles_) < slabs) ++tiles_;
        for (std::size_t e = 0; e < transport.energies.size(); ++e) plan(law, e);
        find_listed(listed);
        const Position& o = transport.observer;
        request_ = {o.x,
                    o.y,
                    o.z,
                    transport.half_height,
                    time_span,
                    selection.minimum_distance * selection.minimum_distance,
                    selection.exclude_distance * selection.exclude_distance,
                    selection.exclude_age};
    }

    std::vector<DominantSource> find(const Catalogue& catalogue, std::int64_t realization) {
        effort_ = {};
        drawn_.clear();
        size_ = 0;
        catalogue_ = &catalogue;
        realization_ = realization;
        std::vector<DominantSource> found = best_listed_;
        for (std::size_t e = 0; e < plans_.size(); ++e) search(plans_[e], found[e]);
        return found;
    }

    const Effort& effort() const { return effort_; }

  private:
    /// Sources of a tile within the arrays.
    struct DrawnTile {
        std::size_t first = 0, count = 0;
        double highest = 0.0;
    };

    void plan(const SourceLaw& law, std::size_t e) {
        EnergyPlan p;
        p.channels = channels_of(transport_, e);
        double shortest = infinity, slowest = infinity;
        for (const Channel& c : p.channels) {
            auto same = std::find_if(p.classes.begin(), p.classes.end(),
                                     [&](const BoundClass& each) { return each.delay == c.delay; });
            if (same == p.classes.end()) {
                same = p.classes.insert(same, BoundClass{});
                same->delay = c.delay;
            }
            const double d4 = 4.0 * units::pi * c.diffusion;
            same->factor += 0.5 * c.yield / (d4 * std::sqrt(d4));
            same->diffusion = std::max(same->diffusion, c.diffusion);
            shortest = std::min(shortest, c.delay);
            slowest = std::min(slowest, c.diffusion);
        }
        p.largest.resize(static_cast<std::size_t>(tiles_), 0.0);
        for (std::int64_t tile = 0; tile < tiles_ && !p.channels.empty(); ++tile) {
            const double youngest = slab_edge(first_slab(tile)), oldest = slab_edge(first_slab(tile + 1));
            if (oldest - shortest <= selection_.minimum_age) p.youngest_tile = tile + 1;
            for (const Channel& c : p.channels) {
                const double age = std::max(youngest - c.delay, selection_.minimum_age);
                p.largest[static_cast<std::size_t>(tile)] +=
                    c.yield * largest_current(slab_, c.diffusion, c.loss_rate, age);
            }
        }
        // One source is to be expected within the reach of diffusion at this age: a good place to begin.
        const Position& o = transport_.observer;
        const double around =
            law.rate * law.surface_density(std::hypot(o.x, o.y)) * 4.0 * units::pi * slowest;
        const double age = shortest + selection_.minimum_age + (around > 0.0 ? 1.0 / std::sqrt(around) : 0.0);
        const double reachable = law.rate > 0.0 ? std::min(age, most_to_start_with / law.rate) : 0.0;
        p.start_tile = p.youngest_tile;
        while (p.start_tile + 1 < tiles_ && slab_edge(first_slab(p.start_tile + 1)) < reachable)
            ++p.start_tile;
        plans_.push_back(std::move(p));
    }

    void find_listed(const SourceBuffer& listed) {
        best_listed_.resize(plans_.size());
        for (std::size_t e = 0; e < plans_.size(); ++e) {
            for (std::size_t i = 0; i < listed.size; ++i) {
                if (std::abs(listed.z[i]) >= transport_.half_height) continue;
                DominantSource source = contribution(plans_[e].channels, transport_, Selection{},
                                                     {listed.x[i], listed.y[i], listed.z[i]}, listed.age[i],
                                                     listed.energy.empty() ? 1.0 : listed.energy[i]);
                source.listed = static_cast<std::int64_t>(i);
                if (modulus(source) > modulus(best_listed_[e])) best_listed_[e] = source;
            }
        }
    }

    const DrawnTile& draw(std::int64_t tile) {
        while (static_cast<std::int64_t>(drawn_.size()) <= tile) draw_next();
        return drawn_[static_cast<std::size_t>(tile)];
    }

    void draw_next() {
        const auto tile = static_cast<std::int64_t>(drawn_.size());
        const std::int64_t begin = first_slab(tile),
                           end = std::min(first_slab(tile + 1), catalogue_->slab_count());
        std::vector<std::int64_t> counts;
        std::int64_t total = 0;
        for (std::int64_t slab = begin; slab < end; ++slab) {
            counts.push_back(catalogue_->source_count(realization_, slab));
            total += counts.back();
        }
        const std::size_t needed = size_ + static_cast<std::size_t>(total) + padding;
        for (AlignedVector* values :
             {&sources_.x, &sources_.y, &sources_.z, &sources_.age, &distance2_, &weight_}) {
            if (values->size() < needed) values->resize(std::max(needed, 2 * values->size()));
        }
        sources_.size = size_;
        for (std::int64_t slab = begin; slab < end; ++slab) {
            const std::int64_t count = counts[static_cast<std::size_t>(slab - begin)];
            if (count > 0) catalogue_->draw(realization_, slab, 0, count, sources_);
        }
        DrawnTile drawn;
        drawn.first = size_;
        drawn.count = (static_cast<std::size_t>(total) + 7) / 8 * 8;
        drawn.highest =
            kernels_.measure(request_, total, &sources_.x[size_], &sources_.y[size_], &sources_.z[size_],
                             &sources_.age[size_], &distance2_[size_], &weight_[size_]);
        size_ += drawn.count;
        effort_.drawn += total;
        drawn_.push_back(drawn);
    }

    /// Bounds of the sources of a tile at one energy, to bound_[offset ...]; returns the largest.
    double bound(const EnergyPlan& p, std::int64_t tile, std::size_t offset) {
        const DrawnTile& drawn = draw(tile);
        const std::size_t needed = offset + drawn.count + padding;
        for (AlignedVector* values : {&inverse_age_, &steep_, &steep_distance_, &bound_}) {
            if (values->size() < needed) values->resize(std::max(needed, 2 * values->size()));
        }
        std::fill_n(bound_.begin() + static_cast<std::ptrdiff_t>(offset), drawn.count, 0.0);
        if (drawn.count == 0) return 0.0;
        const BoundSources sources{static_cast<std::int64_t>(drawn.count), &sources_.age[drawn.first],
                                   &distance2_[drawn.first], &weight_[drawn.first]};
        const double oldest = slab_edge(first_slab(tile + 1));
        double largest = 0.0;
        for (const BoundClass& c : p.classes) {
            if (oldest <= c.delay) continue;
            kernels_.prepare(sources, c.delay, &inverse_age_[0], &steep_[0], &steep_distance_[0]);
            const double reach = image_reach(slab_, drawn.highest, 4.0 * c.diffusion * (oldest - c.delay));
            largest = kernels_.add_bound(sources, &inverse_age_[0], &steep_[0], &steep_distance_[0],
                                         bound_margin * c.factor, reach, 0.25 / c.diffusion * (1.0 - 1e-12),
                                         &bound_[offset]);
        }
        return largest;
    }

    void look_at(const EnergyPlan& p, std::size_t at, DominantSource& best) {
        ++effort_.evaluated;
        const DominantSource source =
            contribution(p.channels, transport_, selection_, {sources_.x[at], sources_.y[at], sources_.z[at]},
                         sources_.age[at], 1.0);
        if (modulus(source) > modulus(best)) best = source;
    }

    void search(const EnergyPlan& p, DominantSource& best) {
        if (p.channels.empty() || tiles_ == 0) return;
        // the sources among which it is to be expected, the most promising first
        std::size_t first = 0, count = 0, promising = 0;
        double largest = 0.0;
        for (std::int64_t tile = p.youngest_tile; tile <= std::min(p.start_tile, tiles_ - 1); ++tile) {
            const double here = bound(p, tile, count);
            const DrawnTile& drawn = drawn_[static_cast<std::size_t>(tile)];
            if (tile == p.youngest_tile) first = drawn.first;
            if (here > largest) {
                largest = here;
                promising = count;
                while (bound_[promising] != here) ++promising;
            }
            count += drawn.count;
        }
        if (largest > 0.0) {
            look_at(p, first + promising, best);
            look_at_promising(p, first, count, best);
        }
        // and whatever older ones could still exceed it
        for (std::int64_t tile = std::max(p.start_tile + 1, p.youngest_tile); tile < tiles_; ++tile) {
            const double found = modulus(best);
            if (p.largest[static_cast<std::size_t>(tile)] <= found) return;
            const double here = bound(p, tile, 0);
            const DrawnTile& drawn = drawn_[static_cast<std::size_t>(tile)];
            if (here > found) look_at_promising(p, drawn.first, drawn.count, best);
        }
    }

    void look_at_promising(const EnergyPlan& p, std::size_t first, std::size_t count, DominantSource& best) {
        double found = modulus(best);
        for (std::size_t i = 0; i < count; ++i) {
            if (!(bound_[i] > found)) continue;
            look_at(p, first + i, best);
            found = modulus(best);
        }
    }

    Transport transport_;
    Selection selection_;
    const DominantKernels& kernels_;
    Slab slab_;
    double time_span_;
    CountRequest request_{};
    std::int64_t tiles_ = 0;
    std::vector<EnergyPlan> plans_;
    std::vector<DominantSource> best_listed_;

    // one realization
    const Catalogue* catalogue_ = nullptr;
    std::int64_t realization_ = 0;
    std::vector<DrawnTile> drawn_;
    SourceBuffer sources_;
    AlignedVector distance2_, weight_;
    std::size_t size_ = 0;
    AlignedVector inverse_age_, steep_, steep_distance_, bound_;
    Effort effort_;
};

DominantSearch::DominantSearch(const Transport& transport, const Selection& selection, const SourceLaw& law,
                               double time_span, const SourceBuffer& listed)
    : engine_(std::make_unique<Engine>(transport, selection, law, time_span, listed)) {}
DominantSearch::~DominantSearch() = default;
DominantSearch::DominantSearch(DominantSearch&&) noexcept = default;

std::vector<DominantSource> DominantSearch::find(const Catalogue& catalogue, std::int64_t realization) {
    return engine_->find(catalogue, realization);
}

const DominantSearch::Effort& DominantSearch::effort() const {
    return engine_->effort();
}

DominantSource contribution_of_source(const Transport& transport, const Selection& selection,
                                      std::size_t energy_index, const Position& place, double age,
                                      double energy) {
    return contribution(channels_of(transport, energy_index), transport, selection, place, age, energy);
}

}  // namespace greenhalo
