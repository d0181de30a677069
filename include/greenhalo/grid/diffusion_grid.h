/// \file
/// The transport equation dn/dt = div(D grad n) - Gamma n + Q on a rectangular grid, by finite volumes around the
/// nodes: the operator, fields, point sources, observers and balances. Second order in the spacing of the nodes.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "greenhalo/galaxy/frame.h"
#include "greenhalo/grid/axis.h"
#include "greenhalo/grid/medium.h"
#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// The grid: axes x, y, z; or r, z for fields that are the same at every azimuth.
struct Domain {
    std::vector<Axis> axes;  ///< [3] x, y, z; or [2] r, z

    bool is_cylindrical() const { return axes.size() == 2; }  ///< whether it is (r, z)
    const Axis& z() const { return axes.back(); }             ///< across the disc
    /// Nodes in all.
    std::int64_t size() const;
};

/// How a grid is dealt out: ranks along each axis (1 where there is no axis, and along z, where smoothing solves
/// lines), and the multigrid hierarchy: by how many times each coarser grid has fewer cells along each axis than the
/// one before, 2, or 1 where an axis cannot be halved once more.
struct Partition {
    std::array<int, 3> ranks{1, 1, 1};           ///< along each axis
    std::vector<std::array<int, 3>> coarsening;  ///< from the finest grid on, each step along each axis
    int levels() const { return static_cast<int>(coarsening.size()) + 1; }  ///< grids of the hierarchy
};

/// Throws InputError when the grid cannot be dealt out to so many ranks: every rank must have two nodes along each axis and
/// whole lines along z.
Partition partition(const Domain& domain, int ranks);

/// One number per node, spread over the ranks.
class Field {
  public:
    Field();  ///< of no grid; to be assigned to
    ~Field();
    /// \{
    /// What is left behind can only be destroyed or assigned to.
    Field(Field&&) noexcept;
    Field& operator=(Field&&) noexcept;
    /// \}

    struct Storage;
    Storage& storage() const { return *storage_; }  ///< for the room grid, which knows PETSc
    /// By the room grid.
    explicit Field(std::unique_ptr<Storage> storage);

  private:
    std::unique_ptr<Storage> storage_;
};

/// What an observer sees of a field, as fields whose inner product with it gives density and gradient (along the
/// axes of the domain).
struct Probe {
    Field density;                ///< weights of the density
    std::vector<Field> gradient;  ///< weights of its derivatives, one for each axis
};

/// Density and its gradient along the axes.
struct Observation {
    double density = 0.0;              ///< kpc^-3
    std::array<double, 3> gradient{};  ///< kpc^-4; along r and z, or x, y and z
};

/// Particles per time that leave: through the faces z = +-H, through the sides, by spallation.
struct Losses {
    double faces = 0.0,                                        ///< 1/Myr
        sides = 0.0,                                           ///< 1/Myr
        spallation = 0.0;                                      ///< 1/Myr
    double sum() const { return faces + sides + spallation; }  ///< 1/Myr
};

/// The discrete operator on its grid. All functions but those without a field are collective.
class DiffusionGrid {
  public:
    /// Throws InputError as partition().
    DiffusionGrid(const Ranks& ranks, const Domain& domain, const Medium& medium);
    ~DiffusionGrid();
    DiffusionGrid(DiffusionGrid&&) noexcept;  ///< what is left behind can only be destroyed

    const Domain& domain() const;  ///< axes and their ends
    const Medium& medium() const;  ///< D and Gamma
    const Ranks& ranks() const;    ///< that hold it

    Field zero() const;  ///< a field that vanishes
    /// Values of a function of the position at the nodes; in (r, z) the position is (r, 0, z).
    Field sampled(const std::function<double(const Position&)>& value) const;
    /// A density whose content of every cell is the integral of a source over it: `amount(i, j, k)` for the cell of
    /// node (i, j, k), in (r, z) of (i, j).
    Field filled(const std::function<double(int, int, int)>& amount) const;
    /// to = from
    void copy(const Field& from, Field& to) const;
    /// to += factor from
    void add(double factor, const Field& from, Field& to) const;

    /// Adds point sources, whose moments up to the fifth are preserved, to several fields at once.
    class Deposit;

    /// The observer's weights at a position within the grid.
    Probe probe(const Position& position) const;
    /// What the observer of a probe sees of a field.
    Observation observe(const Probe& probe, const Field& field) const;

    /// Particles in the whole grid.
    double content(const Field& field) const;
    /// What a field loses per time.
    Losses losses(const Field& field, const Rates& rates = {}) const;
    /// Smallest and largest value.
    std::array<double, 2> extremes(const Field& field) const;

    struct Storage;
    Storage& storage() const { return *storage_; }  ///< for the room grid, which knows PETSc

  private:
    std::unique_ptr<Storage> storage_;
};

/// Writes point sources into fields of a grid while it lives; the fields must not be used otherwise meanwhile. Every
/// rank gets every source and takes the nodes that are its own.
class DiffusionGrid::Deposit {
  public:
    /// `fields` are of that grid.
    Deposit(const DiffusionGrid& grid, std::vector<Field*> fields);
    ~Deposit();
    Deposit(const Deposit&) = delete;
    Deposit& operator=(const Deposit&) = delete;

    /// Adds amounts[i] particles at the position to the field i. Positions outside the grid are left out.
    void add(const Position& position, const double* amounts);

  private:
    struct Target;
    std::unique_ptr<Target> target_;
};

}  // namespace greenhalo
