using System.Text.Json;
using System.Text.Json.Serialization;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Lifecycle;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Control;

/// <summary>
/// The JSON of the control endpoints and of fault files: camelCase, unknown properties refused. Types that are read
/// and have defaults use setters: generated readers overwrite the defaults of init properties.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EmulatorSettings))]
[JsonSerializable(typeof(EmulatorSnapshot))]
[JsonSerializable(typeof(FaultFileContent))]
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(IReadOnlyList<FaultRule>))]
[JsonSerializable(typeof(FaultsBody))]
[JsonSerializable(typeof(RequestsBody))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(ForeignWrite))]
[JsonSerializable(typeof(StoredModule))]
[JsonSerializable(typeof(WaitBody))]
[JsonSerializable(typeof(InvocationOrder))]
[JsonSerializable(typeof(InvocationBody))]
[JsonSerializable(typeof(LifecycleRequest))]
[JsonSerializable(typeof(LifecycleBody))]
internal sealed partial class ControlJson : JsonSerializerContext;
