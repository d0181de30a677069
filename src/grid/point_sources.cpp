// Points between the nodes: sources that are released there, observers who look there.
#include <algorithm>
#include <cmath>

#include "grid/storage.h"

namespace greenhalo {

namespace {

/// Weights along each axis; one node of weight 1 along an axis that does not exist.
using Weights = std::array<PointWeights, 3>;

/// Which of the axes is differentiated, or none.
constexpr std::size_t no_axis = 3;

/// Whether any of the point's nodes belongs to this rank.
bool point_weights(const DiffusionGrid::Storage& s, const Position& position, Weights& weights) {
    std::array<double, 3> at{position.x, position.y, position.z};
    if (s.domain.is_cylindrical()) at = {std::hypot(position.x, position.y), position.z, 0.0};
    for (std::size_t a = 0; a < s.dimensions(); ++a) {
        const Axis& axis = s.axis(a);
        if (!(at[a] >= axis.low() && at[a] <= axis.high())) return false;
        const auto [first, last] = axis.reach(at[a]);
        if (last < s.owned.first[a] || first >= s.owned.last[a]) return false;
    }
    for (std::size_t a = 0; a < s.dimensions(); ++a) weights[a] = s.axis(a).weights(at[a]);
    return true;
}

/// Calls add(index, weight/V) for the nodes of this rank.
template <class Add>
void spread(const DiffusionGrid::Storage& s, const Weights& weights, std::size_t differentiated, Add add) {
    const auto& owned = s.owned;
    const auto part = [&](std::size_t a, int n, double& value) {
        const int i = weights[a].node[static_cast<std::size_t>(n)];
        if (i < owned.first[a] || i >= owned.last[a]) return false;
        value = (a == differentiated ? weights[a].slope : weights[a].value)[static_cast<std::size_t>(n)];
        if (a < s.dimensions()) value /= s.measure[a][static_cast<std::size_t>(i)];
        return value != 0.0;
    };
    double x = 0.0, y = 0.0, z = 0.0;
    for (int k = 0; k < weights[2].count; ++k) {
        if (!part(2, k, z)) continue;
        for (int j = 0; j < weights[1].count; ++j) {
            if (!part(1, j, y)) continue;
            const std::size_t row = owned.index(owned.first[0], weights[1].node[static_cast<std::size_t>(j)],
                                                weights[2].node[static_cast<std::size_t>(k)]);
            for (int i = 0; i < weights[0].count; ++i) {
                if (!part(0, i, x)) continue;
                const int node = weights[0].node[static_cast<std::size_t>(i)];
                add(row + static_cast<std::size_t>(node - owned.first[0]), x * y * z);
            }
        }
    }
}

Weights no_weights() {
    Weights weights;
    for (PointWeights& w : weights) {
        w.count = 1;
        w.value[0] = 1.0;
    }
    return weights;
}

}  // namespace

struct DiffusionGrid::Deposit::Target {
    const DiffusionGrid::Storage& grid;
    std::vector<std::unique_ptr<LocalNumbers>> opened;
    std::vector<double*> numbers;
    Weights weights = no_weights();
};

DiffusionGrid::Deposit::Deposit(const DiffusionGrid& grid, std::vector<Field*> fields)
    : target_(new Target{grid.storage(), {}, {}}) {
    for (Field* field : fields) {
        target_->opened.push_back(std::make_unique<LocalNumbers>(field->storage().vector));
        target_->numbers.push_back(&(*target_->opened.back())[0]);
    }
}

DiffusionGrid::Deposit::~Deposit() = default;

void DiffusionGrid::Deposit::add(const Position& position, const double* amounts) {
    Target& t = *target_;
    if (!point_weights(t.grid, position, t.weights)) return;
    spread(t.grid, t.weights, no_axis, [&](std::size_t index, double weight) {
        for (std::size_t f = 0; f < t.numbers.size(); ++f) t.numbers[f][index] += weight * amounts[f];
    });
}

Probe DiffusionGrid::probe(const Position& position) const {
    Weights weights = no_weights();
    Probe probe;
    const bool mine = point_weights(*storage_, position, weights);
    const auto field_of = [&](std::size_t differentiated) {
        Field field = zero();
        const LocalNumbers numbers(field.storage().vector);
        if (mine) {
            spread(*storage_, weights, differentiated,
                   [&](std::size_t index, double weight) { numbers[index] += weight; });
        }
        return field;
    };
    probe.density = field_of(no_axis);
    for (std::size_t a = 0; a < domain().axes.size(); ++a) probe.gradient.push_back(field_of(a));
    return probe;
}

Observation DiffusionGrid::observe(const Probe& probe, const Field& field) const {
    // the weights are divided by the volumes, so that they change with time as a density does
    petsc::Vector contents = storage_->new_vector();
    petsc::check(VecPointwiseMult(contents, storage_->volumes, field.storage().vector), "observing a field");
    std::vector<Vec> weights{probe.density.storage().vector};
    for (const Field& slope : probe.gradient) weights.push_back(slope.storage().vector);
    std::array<double, 4> sums{};
    petsc::check(VecMDot(contents, static_cast<PetscInt>(weights.size()), weights.data(), sums.data()), "observing a field");
    return {sums[0], {sums[1], sums[2], sums[3]}};
}

}  // namespace greenhalo
