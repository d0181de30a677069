#include "yardstick.h"

#include <cmath>

namespace greenhalo::benchmark_support {

void yardstick(const PlainSources& sources, const std::vector<double>& diffusion, const std::vector<double>& loss,
               double half_height, std::vector<double>& sums) {
    const double pi = 3.14159265358979323846;
    sums.assign(4 * diffusion.size(), 0.0);
    for (std::size_t p = 0; p < diffusion.size(); ++p) {
        const double d = diffusion[p], gamma = loss[p];
        for (std::size_t i = 0; i < sources.age.size(); ++i) {
            const double tau = sources.age[i], q = 4.0 * d * tau;
            const double dx = 8.5 - sources.x[i], dy = -sources.y[i];
            double s = 0.0, ds = 0.0;
            for (int n = -5; n <= 5; ++n) {
                const double parity = n % 2 == 0 ? 1.0 : -1.0;
                const double dz = -(parity * sources.z[i] + 2.0 * n * half_height);
                const double term = parity * std::exp(-dz * dz / q);
                s += term;
                ds += -2.0 * dz / q * term;
            }
            const double front = std::exp(-gamma * tau) * std::exp(-(dx * dx + dy * dy) / q) * std::pow(pi * q, -1.5);
            const double g = front * s;
            sums[4 * p] += g;
            sums[4 * p + 1] += d * 2.0 * dx / q * g;
            sums[4 * p + 2] += d * 2.0 * dy / q * g;
            sums[4 * p + 3] -= d * front * ds;
        }
    }
}

}  // namespace greenhalo::benchmark_support
