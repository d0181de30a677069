// The operator on the grids of the multigrid hierarchy.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "greenhalo/base/units.h"
#include "grid/line_smoother.h"
#include "grid/storage.h"

namespace greenhalo {

namespace {

Band empty_band(int nodes) {
    const auto n = static_cast<std::size_t>(nodes);
    return {std::vector<double>(n, 0.0), std::vector<double>(n - 1, 0.0)};
}

/// Conductances between the nodes of an axis; what passes to an absorbing node is lost.
Band stiffness_of(const std::vector<bool>& absorbing, const std::vector<double>& conductance) {
    Band band = empty_band(static_cast<int>(absorbing.size()));
    for (std::size_t i = 0; i + 1 < absorbing.size(); ++i) {
        const double c = conductance[i];
        if (!absorbing[i]) band.diagonal[i] += c;
        if (!absorbing[i + 1]) band.diagonal[i + 1] += c;
        if (!absorbing[i] && !absorbing[i + 1]) band.above[i] = -c;
    }
    return band;
}

std::vector<AxisBands> finest_bands(const DiffusionGrid::Storage& s) {
    std::vector<AxisBands> axes;
    for (std::size_t a = 0; a < s.dimensions(); ++a) {
        const Axis& axis = s.axis(a);
        AxisBands bands;
        std::vector<double> conductance;
        bands.mass = bands.diffusing = bands.losing = empty_band(axis.nodes());
        for (int i = 0; i < axis.nodes(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            bands.absorbing.push_back(axis.is_absorbing(i));
            if (i < axis.cells()) {
                const bool rings = s.domain.is_cylindrical() && a == 0;
                const double coefficient = a == s.z_axis() ? s.across[at + 1]
                                           : rings         ? 2.0 * units::pi * axis.face(i + 1)
                                                           : 1.0;
                conductance.push_back(coefficient / (axis.node(i + 1) - axis.node(i)));
            }
            if (bands.absorbing.back()) continue;
            bands.mass.diagonal[at] = s.measure[a][at];
            if (a != s.z_axis()) continue;
            bands.diffusing.diagonal[at] = s.measure[a][at] * s.diffusion[at];
            bands.losing.diagonal[at] = s.measure[a][at] * s.loss_rate[at];
        }
        bands.stiffness = stiffness_of(bands.absorbing, conductance);
        axes.push_back(std::move(bands));
    }
    return axes;
}

/// P^T B P, P the linear interpolation from every second node.
Band coarser(const Band& fine, const std::vector<bool>& absorbing) {
    Band coarse = empty_band(static_cast<int>(absorbing.size()));
    const int nodes = static_cast<int>(fine.diagonal.size());
    const auto add = [&](int i, int j, double value) {
        // every pair of parents of the two nodes; the upper triangle is enough
        for (int p = i / 2; p <= (i + 1) / 2; ++p) {
            for (int q = j / 2; q <= (j + 1) / 2; ++q) {
                const auto from = static_cast<std::size_t>(p), to = static_cast<std::size_t>(q);
                if (absorbing[from] || absorbing[to]) continue;
                const double weighted = value * (i % 2 == 0 ? 1.0 : 0.5) * (j % 2 == 0 ? 1.0 : 0.5);
                if (p == q) coarse.diagonal[from] += weighted;
                if (q == p + 1) coarse.above[from] += weighted;
            }
        }
    };
    for (int i = 0; i < nodes; ++i) {
        add(i, i, fine.diagonal[static_cast<std::size_t>(i)]);
        if (i + 1 == nodes) continue;
        add(i, i + 1, fine.above[static_cast<std::size_t>(i)]);
        add(i + 1, i, fine.above[static_cast<std::size_t>(i)]);
    }
    return coarse;
}

AxisBands coarser(const AxisBands& fine) {
    AxisBands coarse;
    for (int i = 0; i < fine.nodes(); i += 2)
        coarse.absorbing.push_back(fine.absorbing[static_cast<std::size_t>(i)]);
    coarse.mass = coarser(fine.mass, coarse.absorbing);
    coarse.stiffness = coarser(fine.stiffness, coarse.absorbing);
    coarse.diffusing = coarser(fine.diffusing, coarse.absorbing);
    coarse.losing = coarser(fine.losing, coarse.absorbing);
    return coarse;
}

/// One of the parts of the operator: V, L or G.
enum class Part { mass, diffusion, loss };

double entry(const Level& level, Part part, const std::array<int, 3>& at, const std::array<int, 3>& step) {
    const std::vector<AxisBands>& axes = level.axes;
    double mass = axes[0].mass.entry(at[0], step[0]), stiffness = axes[0].stiffness.entry(at[0], step[0]);
    if (axes.size() == 3) {
        const double m = axes[1].mass.entry(at[1], step[1]), k = axes[1].stiffness.entry(at[1], step[1]);
        stiffness = stiffness * m + mass * k;
        mass *= m;
    }
    const AxisBands& z = level.z();
    const int k = at[axes.size() - 1], dk = step[axes.size() - 1];
    if (part == Part::mass) return mass * z.mass.entry(k, dk);
    if (part == Part::loss) return mass * z.losing.entry(k, dk);
    return stiffness * z.diffusing.entry(k, dk) + mass * z.stiffness.entry(k, dk);
}

/// Numbers of the nodes of this rank and of those around them in PETSc's order.
class GlobalNumbers {
  public:
    explicit GlobalNumbers(DM mesh) {
        petsc::check(
            DMDAGetGhostCorners(mesh, &first_[0], &first_[1], &first_[2], &size_[0], &size_[1], &size_[2]),
            "numbering nodes");
        petsc::check(DMGetLocalToGlobalMapping(mesh, &map_), "numbering nodes");
        petsc::check(ISLocalToGlobalMappingGetIndices(map_, &numbers_), "numbering nodes");
    }
    ~GlobalNumbers() { ISLocalToGlobalMappingRestoreIndices(map_, &numbers_); }
    GlobalNumbers(const GlobalNumbers&) = delete;
    GlobalNumbers& operator=(const GlobalNumbers&) = delete;

    PetscInt operator()(const std::array<int, 3>& at) const {
        return numbers_[(at[0] - first_[0]) +
                        size_[0] * ((at[1] - first_[1]) + size_[1] * (at[2] - first_[2]))];
    }

  private:
    std::array<PetscInt, 3> first_{}, size_{};
    ISLocalToGlobalMapping map_ = nullptr;
    const PetscInt* numbers_ = nullptr;
};

/// The finest grid has a star of neighbours, coarser ones, as interpolation makes them, a box.
std::vector<std::array<int, 3>> neighbours(std::size_t dimensions, bool star) {
    std::vector<std::array<int, 3>> steps;
    const int last = dimensions == 3 ? 1 : 0;
    std::array<int, 3> step{};
    for (step[2] = -last; step[2] <= last; ++step[2]) {
        for (step[1] = -1; step[1] <= 1; ++step[1]) {
            for (step[0] = -1; step[0] <= 1; ++step[0]) {
                if (!star || std::abs(step[0]) + std::abs(step[1]) + std::abs(step[2]) <= 1)
                    steps.push_back(step);
            }
        }
    }
    return steps;
}

/// Rows of a matrix that this rank has: row i has the entries start[i] to start[i + 1], in the order of their columns.
struct Rows {
    std::vector<PetscInt> start{0}, column;

    auto size() const { return static_cast<PetscInt>(start.size() - 1); }
};

/// Writes the values of a matrix whose pattern is there already, which is faster than giving PETSc both again.
void write(Mat matrix, const Rows& rows, const std::vector<PetscScalar>& value) {
    // on several ranks what belongs to unknowns of others is a matrix of its own
    Mat mine = matrix, others = nullptr;
    const PetscInt* unused = nullptr;
    PetscBool is_shared = PETSC_FALSE;
    PetscInt first = 0, last = 0;
    PetscScalar *here = nullptr, *there = nullptr;
    petsc::check(PetscObjectTypeCompare(reinterpret_cast<PetscObject>(matrix), MATMPIAIJ, &is_shared), "filling a matrix");
    if (is_shared == PETSC_TRUE) petsc::check(MatMPIAIJGetSeqAIJ(matrix, &mine, &others, &unused), "filling a matrix");
    petsc::check(MatGetOwnershipRangeColumn(matrix, &first, &last), "filling a matrix");
    petsc::check(MatSeqAIJGetArrayWrite(mine, &here), "filling a matrix");
    if (others != nullptr) petsc::check(MatSeqAIJGetArrayWrite(others, &there), "filling a matrix");
    PetscScalar *to_here = here, *to_there = there;
    for (std::size_t k = 0; k < value.size(); ++k) {
        const PetscInt column = rows.column[k];
        *(column >= first && column < last ? to_here : to_there)++ = value[k];
    }
    petsc::check(MatSeqAIJRestoreArrayWrite(mine, &here), "filling a matrix");
    if (others != nullptr) petsc::check(MatSeqAIJRestoreArrayWrite(others, &there), "filling a matrix");
}

/// Matrices of several parts; all have the same pattern.
std::vector<petsc::Matrix> assemble(const Level& level, const std::vector<Part>& parts, bool star,
                                    MPI_Comm communicator) {
    const GlobalNumbers number(level.mesh);
    const std::vector<std::array<int, 3>> steps = neighbours(level.axes.size(), star);
    // along each axis whether a node has a density, from one before the first to one behind the last
    std::array<std::vector<char>, 3> free{std::vector<char>{0, 1, 0}, std::vector<char>{0, 1, 0},
                                          std::vector<char>{0, 1, 0}};
    for (std::size_t a = 0; a < level.axes.size(); ++a) {
        free[a].assign(level.axes[a].absorbing.size() + 2, 0);
        for (std::size_t i = 0; i < level.axes[a].absorbing.size(); ++i)
            free[a][i + 1] = level.axes[a].absorbing[i] ? 0 : 1;
    }
    const auto is_free = [&](const std::array<int, 3>& at) {
        return (free[0][static_cast<std::size_t>(at[0] + 1)] & free[1][static_cast<std::size_t>(at[1] + 1)] &
                free[2][static_cast<std::size_t>(at[2] + 1)]) != 0;
    };
    const std::size_t most = level.lines() * level.line_length() * steps.size();
    Rows rows;
    std::vector<std::vector<PetscScalar>> value(parts.size());
    rows.column.reserve(most);
    for (auto& values : value) values.reserve(most);
    std::vector<std::pair<PetscInt, std::array<int, 3>>> row;
    for_each_node(level.owned, [&](const std::array<int, 3>& at, std::size_t) {
        if (!is_free(at)) {
            rows.column.push_back(number(at));
            for (auto& values : value) values.push_back(0.0);
        } else {
            row.clear();
            for (const auto& step : steps) {
                const std::array<int, 3> to{at[0] + step[0], at[1] + step[1], at[2] + step[2]};
                // the density at absorbing nodes is zero: left out, the matrix stays symmetric
                if (is_free(to)) row.emplace_back(number(to), step);
            }
            std::sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
            for (const auto& [column, step] : row) {
                rows.column.push_back(column);
                for (std::size_t p = 0; p < parts.size(); ++p) value[p].push_back(entry(level, parts[p], at, step));
            }
        }
        rows.start.push_back(static_cast<PetscInt>(rows.column.size()));
    });
    std::vector<petsc::Matrix> matrices(parts.size());
    const petsc::Matrix& first = matrices.front();
    petsc::check(MatCreate(communicator, matrices.front().put()), "creating a matrix");
    petsc::check(MatSetSizes(first, rows.size(), rows.size(), PETSC_DETERMINE, PETSC_DETERMINE), "creating a matrix");
    petsc::check(MatSetType(first, MATAIJ), "creating a matrix");
    // whichever is its type
    petsc::check(MatSeqAIJSetPreallocationCSR(first, rows.start.data(), rows.column.data(), value.front().data()), "filling a matrix");
    petsc::check(MatMPIAIJSetPreallocationCSR(first, rows.start.data(), rows.column.data(), value.front().data()), "filling a matrix");
    petsc::check(MatSetOption(first, MAT_SPD, PETSC_TRUE), "filling a matrix");
    for (std::size_t p = 1; p < parts.size(); ++p) {
        petsc::check(MatDuplicate(first, MAT_DO_NOT_COPY_VALUES, matrices[p].put()), "creating a matrix");
        write(matrices[p], rows, value[p]);
        petsc::check(MatSetOption(matrices[p], MAT_SPD, PETSC_TRUE), "filling a matrix");
    }
    return matrices;
}

void find_absorbing(Level& level) {
    for_each_node(level.owned, [&](const std::array<int, 3>& at, std::size_t index) {
        for (std::size_t a = 0; a < level.axes.size(); ++a) {
            if (!level.axes[a].absorbing[static_cast<std::size_t>(at[a])]) continue;
            level.absorbing.push_back(index);
            return;
        }
    });
    petsc::check(DMCreateGlobalVector(level.mesh, level.held.put()), "coarsening the grid");
    petsc::check(VecSet(level.held, 0.0), "coarsening the grid");
    const LocalNumbers held(level.held);
    for (const std::size_t index : level.absorbing) held[index] = 1.0;
}

/// Every node of the coarser grid belongs to the rank that has it on the finer one.
petsc::Mesh coarser(const Level& fine, const std::array<int, 3>& factor, const std::array<int, 3>& ranks,
                    MPI_Comm communicator) {
    std::array<const PetscInt*, 3> ranges{};
    petsc::check(DMDAGetOwnershipRanges(fine.mesh, &ranges[0], &ranges[1], &ranges[2]),
                 "coarsening the grid");
    std::array<std::vector<PetscInt>, 3> owned;
    std::array<int, 3> nodes{1, 1, 1};
    for (std::size_t a = 0; a < fine.axes.size(); ++a) {
        PetscInt first = 0, before = 0;
        for (int rank = 0; rank < ranks[a]; ++rank) {
            first += ranges[a][rank];
            const PetscInt up_to = (first + factor[a] - 1) / factor[a];
            owned[a].push_back(up_to - before);
            before = up_to;
        }
        nodes[a] = before;
    }
    return create_mesh(communicator, fine.axes.size(), nodes, ranks, owned);
}

/// One at the nodes that have a density, zero at absorbing ones.
petsc::Vector free_nodes(const Level& level) {
    petsc::Vector vector;
    petsc::check(VecDuplicate(level.held, vector.put()), "coarsening the grid");
    petsc::check(VecSet(vector, 1.0), "coarsening the grid");
    petsc::check(VecAXPY(vector, -1.0, level.held), "coarsening the grid");
    return vector;
}

/// The largest eigenvalue of a product of masses relative to its diagonal along the axes across z, bounded by
/// row sums.
double largest_of_mass(const Level& level) {
    double product = 1.0;
    for (std::size_t a = 0; a + 1 < level.axes.size(); ++a) {
        const AxisBands& axis = level.axes[a];
        double largest = 1.0;
        for (int i = 0; i < axis.nodes(); ++i) {
            if (axis.absorbing[static_cast<std::size_t>(i)]) continue;
            double sum = axis.mass.entry(i, 0);
            if (i > 0) sum += std::abs(axis.mass.entry(i, -1));
            if (i + 1 < axis.nodes()) sum += std::abs(axis.mass.entry(i, 1));
            largest = std::max(largest, sum / axis.mass.entry(i, 0));
        }
        product *= largest;
    }
    return product;
}

/// Numbers between -1/2 and 1/2 that look random, one for every node however the grid is dealt out
/// (splitmix64).
double noise(const std::array<int, 3>& at) {
    std::uint64_t x = 0x9e3779b97f4a7c15;
    for (const int i : at) {
        x += static_cast<std::uint64_t>(i);
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        x ^= x >> 31;
    }
    return static_cast<double>(x >> 11) * 0x1p-53 - 0.5;
}

/// The largest eigenvalue of L relative to B, its part along the lines of z: the Rayleigh quotient, which grows
/// from power to power, of the last of a few powers of B^-1 L applied to noise.
double largest_of_diffusion(const Level& level) {
    constexpr int powers = 12;  // of eigenvalues up to two: no need to normalize
    constexpr double margin = 1.1;  // such an estimate is a little low
    LineSmoother lines(level, {0.0, 1.0, 0.0});
    petsc::Vector x, product;
    petsc::check(MatCreateVecs(level.diffusion, x.put(), product.put()), "estimating eigenvalues");
    {
        const LocalNumbers numbers(x);
        for_each_node(level.owned,
                      [&](const std::array<int, 3>& at, std::size_t index) { numbers[index] = noise(at); });
        for (const std::size_t index : level.absorbing) numbers[index] = 0.0;
    }
    petsc::check(MatMult(level.diffusion, x, product), "estimating eigenvalues");
    for (int i = 2; i < powers; ++i) {
        lines.apply(product, x);
        petsc::check(MatMult(level.diffusion, x, product), "estimating eigenvalues");
    }
    // y = B^-1 L x: its quotient is (y, L y)/(y, B y) with B y = L x
    double above = 0.0, below = 0.0;
    lines.apply(product, x);
    petsc::check(VecDot(x, product, &below), "estimating eigenvalues");
    petsc::check(MatMult(level.diffusion, x, product), "estimating eigenvalues");
    petsc::check(VecDot(x, product, &above), "estimating eigenvalues");
    return margin * std::max(1.0, above / below);
}

}  // namespace

const std::deque<Level>& DiffusionGrid::Storage::hierarchy(std::size_t count) {
    const auto finish = [&](Level& level, bool finest) {
        level.owned = owned_box(level.mesh);
        find_absorbing(level);
        std::vector<Part> parts{Part::diffusion};
        if (!finest) parts.push_back(Part::mass);
        if (!finest && !loses_uniformly()) parts.push_back(Part::loss);
        std::vector<petsc::Matrix> matrices = assemble(level, parts, finest, ranks.communicator());
        level.diffusion = std::move(matrices[0]);
        if (parts.size() > 1) level.mass = std::move(matrices[1]);
        if (parts.size() > 2) level.loss = std::move(matrices[2]);
        if (finest) return;
        level.largest_of_mass = largest_of_mass(level);
        level.largest_of_diffusion = largest_of_diffusion(level);
    };
    if (levels.empty()) {
        Level finest;
        petsc::check(PetscObjectReference(reinterpret_cast<PetscObject>(static_cast<DM>(mesh))),
                     "coarsening the grid");
        *finest.mesh.put() = mesh;
        finest.axes = finest_bands(*this);
        finish(finest, true);
        levels.push_back(std::move(finest));
    }
    while (levels.size() < count) {
        const Level& fine = levels.back();
        const std::array<int, 3>& factor = partition.coarsening[levels.size() - 1];
        Level coarse;
        coarse.mesh = coarser(fine, factor, partition.ranks, ranks.communicator());
        for (std::size_t a = 0; a < dimensions(); ++a) {
            coarse.axes.push_back(factor[a] == 2 ? coarser(fine.axes[a]) : fine.axes[a]);
        }
        petsc::check(DMCreateInterpolation(coarse.mesh, fine.mesh, coarse.interpolation.put(), nullptr),
                     "coarsening the grid");
        finish(coarse, false);
        const petsc::Vector rows = free_nodes(fine), columns = free_nodes(coarse);
        petsc::check(MatDiagonalScale(coarse.interpolation, rows, columns), "coarsening the grid");
        levels.push_back(std::move(coarse));
    }
    return levels;
}

}  // namespace greenhalo
