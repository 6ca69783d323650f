using Infernet.Execution.Llama;

namespace Infernet.Daemon.Models;

/// <summary>A model that an engine holds ready, and how fast it was measured to be.</summary>
/// <param name="Engine">Answers requests until the model is unloaded.</param>
/// <param name="DecodeTokensPerSecond">New tokens, all sequences together.</param>
/// <param name="PrefillTokensPerSecond">Prompt tokens.</param>
internal sealed record LoadedModel(LlamaEngine Engine, double DecodeTokensPerSecond, double PrefillTokensPerSecond);
