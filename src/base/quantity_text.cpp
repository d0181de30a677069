#include "greenhalo/base/quantity_text.h"

#include <fmt/format.h>

namespace greenhalo {

std::string energy_text(double gev) {
    if (gev >= 0.9995e6) return fmt::format("{:.4g} PeV", gev * 1e-6);
    if (gev >= 0.9995e3) return fmt::format("{:.4g} TeV", gev * 1e-3);
    return fmt::format("{:.4g} GeV", gev);
}

std::string age_text(double myr) {
    if (myr >= 0.9995) return fmt::format("{:.4g} Myr", myr);
    if (myr >= 0.9995e-3) return fmt::format("{:.4g} kyr", 1e3 * myr);
    return fmt::format("{:.4g} yr", 1e6 * myr);
}

}  // namespace greenhalo
