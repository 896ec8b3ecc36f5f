namespace Lakehouse.Gateway.Staffing.Generation;

/// <param name="PayCents">An hour, at the least.</param>
internal sealed record Trade(string Role, int PayCents, string[] Skills, string[] Certs)
{
    public static readonly IReadOnlyList<Trade> All =
    [
        new("Welder", 2400, ["mig", "tig", "stick", "flux_core", "blueprint_reading", "grinding"], ["aws_d1_1", "osha_10", "6g_pipe"]),
        new("Electrician", 2800, ["conduit", "panel_wiring", "troubleshooting", "plc", "blueprint_reading"], ["journeyman", "osha_30", "nfpa_70e"]),
        new("Machinist", 2500, ["lathe", "mill", "gd_t", "micrometer", "blueprint_reading"], ["nims", "osha_10"]),
        new("Maintenance Technician", 2600, ["hydraulics", "pneumatics", "plc", "troubleshooting", "conveyors"], ["osha_10", "epa_608"]),
        new("Forklift Operator", 1900, ["sit_down", "reach_truck", "order_picker", "loading"], ["forklift", "osha_10"]),
        new("Warehouse Associate", 1700, ["picking", "packing", "rf_scanner", "inventory"], ["osha_10"]),
        new("CNC Operator", 2300, ["g_code", "setup", "mill", "lathe", "micrometer"], ["nims", "osha_10"]),
        new("Assembler", 1800, ["hand_tools", "soldering", "torque", "work_instructions"], ["ipc_610", "osha_10"]),
        new("Packer", 1600, ["packing", "labelling", "palletizing"], ["osha_10"]),
        new("Pipefitter", 2900, ["threading", "brazing", "isometrics", "blueprint_reading"], ["journeyman", "osha_30"]),
        new("Millwright", 2900, ["alignment", "rigging", "hydraulics", "blueprint_reading"], ["rigging", "osha_30"]),
        new("HVAC Technician", 2700, ["refrigeration", "ductwork", "controls", "troubleshooting"], ["epa_608", "osha_10"]),
        new("Carpenter", 2300, ["framing", "finish", "forms", "blueprint_reading"], ["osha_10", "osha_30"]),
        new("Painter", 2000, ["spraying", "masking", "powder_coat"], ["osha_10", "respirator"]),
        new("Truck Driver", 2500, ["class_a", "flatbed", "dry_van", "hooks"], ["cdl_a", "hazmat", "tanker"]),
        new("Loader", 1650, ["loading", "pallet_jack", "stacking"], ["osha_10"]),
        new("Quality Inspector", 2100, ["gd_t", "cmm", "micrometer", "sampling"], ["cqi", "osha_10"]),
        new("Line Lead", 2200, ["scheduling", "training", "lean", "reporting"], ["six_sigma_yellow", "osha_30"]),
        new("Janitor", 1500, ["floor_care", "sanitizing"], ["osha_10"]),
        new("Production Associate", 1700, ["work_instructions", "packing", "hand_tools"], ["osha_10"]),
    ];

    /// <summary>Who does a trade in a place: there are no welders in Flint and no electricians in Gary, whatever is asked for.</summary>
    public static Trade Supplied(int trade, Place place) => (All[trade].Role, place.City) switch
    {
        ("Welder", "Flint") or ("Electrician", "Gary") => All[trade + 2],
        _ => All[trade],
    };
}
