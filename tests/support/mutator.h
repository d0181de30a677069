/// \file
/// Damaged texts for readers: the same ones for the same seed, on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace greenhalo::test {

/// Makes wrong, odd and hostile texts from sound ones, by bytes, by words and by lines.
class Mutator {
  public:
    /// \param sound texts to start from
    /// \param words what the format gives a meaning to, besides the words that every reader gets
    Mutator(std::uint64_t seed, std::vector<std::string> sound, std::vector<std::string> words)
        : random_(seed), sound_(std::move(sound)), words_(std::move(words)) {
        constexpr std::array<std::string_view, 40> everywhere = {
            "0",      "-0",     "-1",  "+1",  "1e308", "-1e308", "1e309",        "1e-308",
            "5e-324", "1e-400", "nan", "inf", "-inf",  "0x10",   "1e",           "1e+",
            "1.2.3",  ".5",     "5.",  "1,5", "1/0",   "0/0",    "1/1e-308",     "1e308/1",
            "--",     "\t",     " ",   "\r",  "\n",    "\r\n",   "\n\n",         "#",
            ",",      "\"",     "'",   "=",   "%n%s",  "{}",     "\xEF\xBB\xBF", "\xC3\xA9"};
        words_.insert(words_.end(), everywhere.begin(), everywhere.end());
        words_.emplace_back(1, '\0');
        words_.emplace_back("18446744073709551616");
        words_.emplace_back(400, '9');
        words_.emplace_back("0." + std::string(400, '0') + "1");
        words_.emplace_back(3000, 'x');
    }

    /// The next text.
    std::string operator()() {
        std::string text = sound_[below(sound_.size())];
        // mostly little damage, so that it is not always the first line that is refused
        for (std::size_t left = 1 + below(below(8) == 0 ? 24 : 3); left > 0; --left) damage(text);
        return text;
    }

  private:
    std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(random_() % end); }

    void damage(std::string& text) {
        const std::size_t at = below(text.size() + 1), most = text.size() - at;
        switch (below(12)) {
            case 0:
                if (most > 0)
                    text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(8)));
                break;
            case 1:
                if (most > 0) text[at] = static_cast<char>(below(256));
                break;
            case 2:
                text.erase(at, below(std::min<std::size_t>(most, 20) + 1));
                break;
            case 3:
                text.insert(at, text.substr(at, below(std::min<std::size_t>(most, 40) + 1)));
                break;
            case 4:
                text.insert(at, words_[below(words_.size())]);
                break;
            case 5:
            case 6:
            case 7:
                replace_word(text, at);
                break;
            case 8:
                copy_line(text);
                break;
            case 9:
                text.erase(line_start(text, at), below(2) * line_length(text, at));
                break;
            case 10: {  // the head of this text, the tail of another
                const std::string& other = sound_[below(sound_.size())];
                text = text.substr(0, at) + other.substr(below(other.size() + 1));
                break;
            }
            default:
                if (below(4) == 0) text.resize(at);
        }
    }

    /// Another word in the place of a number, a key or a name.
    void replace_word(std::string& text, std::size_t at) {
        constexpr std::string_view borders = " \t\r\n,=[]\"'";
        const std::size_t first = text.find_first_not_of(borders, at);
        if (first == std::string::npos) return;
        const std::size_t end = std::min(text.find_first_of(borders, first), text.size());
        text.replace(first, end - first, words_[below(words_.size())]);
    }

    void copy_line(std::string& text) {
        const std::size_t from = below(text.size() + 1);
        const std::string line = text.substr(line_start(text, from), line_length(text, from));
        text.insert(line_start(text, below(text.size() + 1)), line);
    }

    static std::size_t line_start(const std::string& text, std::size_t at) {
        const std::size_t end = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
        return end == std::string::npos ? 0 : end + 1;
    }

    static std::size_t line_length(const std::string& text, std::size_t at) {
        const std::size_t start = line_start(text, at), end = text.find('\n', start);
        return (end == std::string::npos ? text.size() : end + 1) - start;
    }

    std::mt19937_64 random_;
    std::vector<std::string> sound_, words_;
};

}  // namespace greenhalo::test
