// The few kinds of failure that users can meet, each with its exit status (spec: interfaces.md,
// "Exit statuses").
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace evotoken {

/// What a program tells its caller. 0 and 130 are said directly; the others go with an Error.
enum class ExitStatus : int {
  kSuccess = 0,
  kComparisonFailed = 1,
  kUsage = 2,
  kData = 3,
  kDevice = 4,
  kInterrupted = 130,
};

/// Base of all errors that are meant for the user. `what()` is one line of the form
/// "where: what was found, what was expected; what to do".
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

/// A wrong flag, a wrong combination of settings, an unknown name.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitStatus::kUsage, message) {}
};

/// A file that is missing, unreadable or not of the form it should have.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitStatus::kData, message) {}
};

/// Weights, model configuration or tokenizer that cannot be used.
class WeightsError : public Error {
 public:
  explicit WeightsError(const std::string& message) : Error(ExitStatus::kData, message) {}
};

/// The device or the run failed: no GPU, out of memory, full disk.
class DeviceError : public Error {
 public:
  explicit DeviceError(const std::string& message) : Error(ExitStatus::kDevice, message) {}
};

/// `names` as "a, b, c", for messages that list what is known.
template <typename Range>
std::string join_names(const Range& names, std::string_view separator = ", ") {
  std::string joined;
  for (const auto& name : names) {
    if (!joined.empty()) joined += separator;
    joined += name;
  }
  return joined;
}

}  // namespace evotoken
