/// \file
/// The random sources of a realization, slab by slab.
#pragma once

#include <cstdint>
#include <memory>

#include "greenhalo/base/aligned.h"
#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// A buffer of sources, structure of arrays. `capacity` leaves room for writing whole groups of eight.
struct SourceBuffer {
    /// \{
    AlignedVector x, y, z;  ///< Galactocentric, kpc
    /// \}
    AlignedVector age;     ///< since the explosion, Myr
    AlignedVector energy;  ///< energy relative to the standard remnant; empty when all are 1
    std::size_t size = 0;  ///< sources in the buffer

    /// An empty buffer with room for `capacity` sources.
    explicit SourceBuffer(std::size_t capacity = 0);
    std::size_t capacity() const { return capacity_; }  ///< sources that it has room for

  private:
    std::size_t capacity_ = 0;
};

/// The random catalogue of every realization of a law over a span. A catalogue is a pure function of (seed,
/// realization, slab): any slab can be drawn alone, on any rank, in any pieces, with the same bits on every
/// instruction set. Memory does not depend on the span.
class Catalogue {
  public:
    /// `time_span` in Myr. Throws InputError as SourceLaw::check().
    Catalogue(const SourceLaw& law, double time_span, std::uint64_t seed);
    ~Catalogue();
    Catalogue(Catalogue&&) noexcept;  ///< what is left behind can only be destroyed

    /// Slabs 0 .. slab_count()-1 cover the span; none for a model without random sources.
    std::int64_t slab_count() const;

    /// Number of sources in a slab, drawn whole; the last slab may reach beyond the span.
    std::int64_t source_count(std::int64_t realization, std::int64_t slab) const;

    /// Appends the sources first .. first+count-1 of a slab to the buffer. Those beyond the span are drawn as well:
    /// whoever sums drops ages above time_span(). The buffer must hold size + count + 8.
    void draw(std::int64_t realization, std::int64_t slab, std::int64_t first, std::int64_t count,
              SourceBuffer& buffer) const;

    double time_span() const { return time_span_; }  ///< Myr
    const SourceLaw& law() const { return law_; }    ///< of places and rate
    std::uint64_t seed() const { return seed_; }     ///< of all realizations

  private:
    struct Counts;
    SourceLaw law_;
    double time_span_;
    std::uint64_t seed_;
    std::unique_ptr<Counts> counts_;
};

}  // namespace greenhalo
