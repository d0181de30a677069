#include "greenhalo/grid/diffusion_grid.h"

#include "greenhalo/base/units.h"
#include "grid/storage.h"

namespace greenhalo {

Field::Field() = default;
Field::~Field() = default;
Field::Field(Field&&) noexcept = default;
Field& Field::operator=(Field&&) noexcept = default;
Field::Field(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {}

bool DiffusionGrid::Storage::is_absorbing(const std::array<int, 3>& at) const {
    for (std::size_t a = 0; a < dimensions(); ++a) {
        if (axis(a).is_absorbing(at[a])) return true;
    }
    return false;
}

double DiffusionGrid::Storage::volume(const std::array<int, 3>& at) const {
    double volume = 1.0;
    for (std::size_t a = 0; a < dimensions(); ++a) volume *= measure[a][static_cast<std::size_t>(at[a])];
    return volume;
}

double DiffusionGrid::Storage::conductance(const std::array<int, 3>& at, std::size_t along) const {
    const auto z = static_cast<std::size_t>(at[z_axis()]);
    const int i = at[along];
    double area = 1.0;
    for (std::size_t a = 0; a < dimensions(); ++a) {
        if (a != along) area *= measure[a][static_cast<std::size_t>(at[a])];
    }
    if (domain.is_cylindrical() && along == 0) area *= 2.0 * units::pi * axis(0).face(i + 1);
    const double coefficient = along == z_axis() ? across[z + 1] : diffusion[z];
    return coefficient * area / (axis(along).node(i + 1) - axis(along).node(i));
}

petsc::Mesh create_mesh(MPI_Comm communicator, std::size_t dimensions, const std::array<int, 3>& nodes,
                        const std::array<int, 3>& ranks, const std::array<std::vector<PetscInt>, 3>& owned) {
    constexpr auto none = DM_BOUNDARY_NONE;
    constexpr auto stencil = DMDA_STENCIL_BOX;
    const auto ranges = [&](std::size_t a) { return owned[a].empty() ? nullptr : owned[a].data(); };
    petsc::Mesh mesh;
    if (dimensions == 2) {
        petsc::check(DMDACreate2d(communicator, none, none, stencil, nodes[0], nodes[1], ranks[0], ranks[1], 1, 1, ranges(0),
                                  ranges(1), mesh.put()),
                     "creating the grid");
    } else {
        petsc::check(DMDACreate3d(communicator, none, none, none, stencil, nodes[0], nodes[1], nodes[2], ranks[0], ranks[1],
                                  ranks[2], 1, 1, ranges(0), ranges(1), ranges(2), mesh.put()),
                     "creating the grid");
    }
    petsc::check(DMSetUp(mesh), "creating the grid");
    return mesh;
}

OwnedBox owned_box(DM mesh) {
    OwnedBox box;
    std::array<int, 3> size{};
    petsc::check(DMDAGetCorners(mesh, &box.first[0], &box.first[1], &box.first[2], &size[0], &size[1], &size[2]),
                 "dealing out the grid");
    for (std::size_t a = 0; a < 3; ++a) box.last[a] = box.first[a] + size[a];
    return box;
}

petsc::Vector DiffusionGrid::Storage::new_vector() const {
    petsc::Vector vector;
    petsc::check(DMCreateGlobalVector(mesh, vector.put()), "creating a field");
    return vector;
}

namespace {

void measure_cells(DiffusionGrid::Storage& s) {
    for (std::size_t a = 0; a < s.dimensions(); ++a) {
        const Axis& axis = s.axis(a);
        for (int i = 0; i < axis.nodes(); ++i) {
            const double low = axis.face(i), high = axis.face(i + 1);
            s.measure[a].push_back(s.domain.is_cylindrical() && a == 0 ? units::pi * (high - low) * (high + low)
                                                                       : high - low);
        }
    }
    const Axis& z = s.domain.z();
    s.across.push_back(0.0);
    for (int k = 0; k < z.nodes(); ++k) {
        s.diffusion.push_back(s.medium.mean_diffusion(z.face(k), z.face(k + 1)));
        s.loss_rate.push_back(s.medium.mean_loss_rate(z.face(k), z.face(k + 1)));
        if (k > 0) s.across.push_back(s.medium.diffusion_across(z.node(k - 1), z.node(k)));
    }
}

void tabulate_losses(DiffusionGrid::Storage& s) {
    s.volumes = s.new_vector();
    s.faces = s.new_vector();
    s.sides = s.new_vector();
    s.decay = s.new_vector();
    const LocalNumbers volumes(s.volumes), faces(s.faces), sides(s.sides), decay(s.decay);
    s.for_each_node([&](const std::array<int, 3>& at, std::size_t index) {
        volumes[index] = 1.0;
        if (s.is_absorbing(at)) return;
        volumes[index] = s.volume(at);
        decay[index] = volumes[index] * s.loss_rate[static_cast<std::size_t>(at[s.z_axis()])];
        for (std::size_t a = 0; a < s.dimensions(); ++a) {
            double out = 0.0;
            std::array<int, 3> below = at;
            --below[a];
            if (s.axis(a).is_absorbing(at[a] + 1)) out += s.conductance(at, a);
            if (at[a] > 0 && s.axis(a).is_absorbing(at[a] - 1)) out += s.conductance(below, a);
            (a == s.z_axis() ? faces : sides)[index] += out;
        }
    });
}

}  // namespace

DiffusionGrid::DiffusionGrid(const Ranks& ranks, const Domain& domain, const Medium& medium)
    : storage_(new Storage{ranks, domain, medium, greenhalo::partition(domain, ranks.count()), {}, {}, {}, {}, {}, {}, {},
                           {}, {}, {}, {}}) {
    std::array<int, 3> nodes{1, 1, 1};
    for (std::size_t a = 0; a < domain.axes.size(); ++a) nodes[a] = domain.axes[a].nodes();
    storage_->mesh = create_mesh(ranks.communicator(), domain.axes.size(), nodes, storage_->partition.ranks, {});
    storage_->owned = owned_box(storage_->mesh);
    measure_cells(*storage_);
    tabulate_losses(*storage_);
}

DiffusionGrid::~DiffusionGrid() = default;
DiffusionGrid::DiffusionGrid(DiffusionGrid&&) noexcept = default;
const Domain& DiffusionGrid::domain() const { return storage_->domain; }
const Medium& DiffusionGrid::medium() const { return storage_->medium; }
const Ranks& DiffusionGrid::ranks() const { return storage_->ranks; }

Field DiffusionGrid::zero() const {
    auto storage = std::make_unique<Field::Storage>();
    storage->vector = storage_->new_vector();
    return Field(std::move(storage));
}

Field DiffusionGrid::sampled(const std::function<double(const Position&)>& value) const {
    const Storage& s = *storage_;
    Field field = zero();
    const LocalNumbers numbers(field.storage().vector);
    s.for_each_node([&](const std::array<int, 3>& at, std::size_t index) {
        if (s.is_absorbing(at)) return;
        const double z = s.domain.z().node(at[s.z_axis()]);
        numbers[index] = value({s.axis(0).node(at[0]), s.domain.is_cylindrical() ? 0.0 : s.axis(1).node(at[1]), z});
    });
    return field;
}

Field DiffusionGrid::filled(const std::function<double(int, int, int)>& amount) const {
    const Storage& s = *storage_;
    Field field = zero();
    const LocalNumbers numbers(field.storage().vector);
    s.for_each_node([&](const std::array<int, 3>& at, std::size_t index) {
        if (!s.is_absorbing(at)) numbers[index] = amount(at[0], at[1], at[2]) / s.volume(at);
    });
    return field;
}

void DiffusionGrid::copy(const Field& from, Field& to) const {
    petsc::check(VecCopy(from.storage().vector, to.storage().vector), "copying a field");
}

void DiffusionGrid::add(double factor, const Field& from, Field& to) const {
    petsc::check(VecAXPY(to.storage().vector, factor, from.storage().vector), "adding fields");
}

double DiffusionGrid::content(const Field& field) const {
    double content = 0.0;
    petsc::check(VecDot(field.storage().vector, storage_->volumes, &content), "summing a field");
    return content;
}

Losses DiffusionGrid::losses(const Field& field, const Rates& rates) const {
    const std::array<Vec, 3> weights{storage_->faces, storage_->sides, storage_->decay};
    std::array<double, 3> sums{};
    petsc::check(VecMDot(field.storage().vector, 3, weights.data(), sums.data()), "summing losses");
    return {rates.diffusion * sums[0], rates.diffusion * sums[1], rates.loss * sums[2]};
}

std::array<double, 2> DiffusionGrid::extremes(const Field& field) const {
    std::array<double, 2> found{};
    petsc::check(VecMin(field.storage().vector, nullptr, &found[0]), "looking for the smallest value");
    petsc::check(VecMax(field.storage().vector, nullptr, &found[1]), "looking for the largest value");
    return found;
}

}  // namespace greenhalo
