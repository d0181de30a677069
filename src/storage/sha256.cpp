#include "greenhalo/storage/sha256.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <array>

#include "greenhalo/base/error.h"

namespace greenhalo {

std::string sha256(std::string_view data) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(data.data(), data.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
        throw Error(
            "SHA-256 is not available: OpenSSL refused to compute it (is it restricted by its "
            "configuration?)");
    }
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
}

}  // namespace greenhalo
