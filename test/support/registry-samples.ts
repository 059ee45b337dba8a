/** Registry settings as Group Policy Management writes them. */

const SETTINGS = '{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}'
const ENTRY = '{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}'
const COLLECTION = '{53B533F5-224C-47e3-B01B-CA3B3F3FF4BF}'

/** Lines as files have them: CRLF behind each, the last too. */
export function lines(...each: readonly string[]): string {
  return each.map((line) => `${line}\r\n`).join('')
}

export const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'

/** What the documented procedure makes: `EncryptSmtp` 1 and `SmtpPort` 587 in a collection. */
export const PROCEDURE_XML = lines(
  DECLARATION,
  `<RegistrySettings clsid="${SETTINGS}"><Collection clsid="${COLLECTION}" name="AGPM e-mail security">` +
    `<Registry clsid="${ENTRY}" name="EncryptSmtp" status="EncryptSmtp" image="12" changed="2026-06-01 00:00:00"` +
    ' uid="{7E8B3C5A-0001-4A6E-9B7C-1D2E3F405162}"><Properties action="U" displayDecimal="1" default="0"' +
    ' hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Microsoft\\AGPM" name="EncryptSmtp" type="REG_DWORD"' +
    ' value="00000001"/></Registry>',
  `\t<Registry clsid="${ENTRY}" name="SmtpPort" status="SmtpPort" image="12" changed="2026-06-01 00:00:00"` +
    ' uid="{7E8B3C5A-0002-4A6E-9B7C-1D2E3F405162}"><Properties action="U" displayDecimal="1" default="0"' +
    ' hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Microsoft\\AGPM" name="SmtpPort" type="REG_DWORD"' +
    ' value="0000024B"/></Registry></Collection></RegistrySettings>',
)

const entry = (attributes: string, properties: string, behind = '') =>
  `<Registry clsid="${ENTRY}" ${attributes}><Properties ${properties}${behind}</Registry>`

/** Every type, in two orders of attributes. */
export const ALL_TYPES_XML = lines(
  DECLARATION,
  `<RegistrySettings clsid="${SETTINGS}">` +
    entry(
      'name="Path" status="Path" image="7" changed="2026-01-02 03:04:05" uid="{11111111-0001-4000-8000-000000000000}"',
      'action="U" displayDecimal="0" default="0" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Example" name="Path" type="REG_EXPAND_SZ" value="%SystemRoot%\\Temp"/>',
    ),
  `\t${entry(
    'name="List" status="List" image="7" changed="2026-01-02 03:04:05" uid="{11111111-0002-4000-8000-000000000000}"',
    'action="U" displayDecimal="0" default="0" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Example" name="List" type="REG_MULTI_SZ" value="one two &amp; three"><Values><Value>one</Value><Value>two &amp; three</Value></Values></Properties>',
  )}`,
  `\t${entry(
    'bypassErrors="1" name="Bytes" status="Bytes" image="15" changed="2026-01-02 03:04:05" uid="{11111111-0003-4000-8000-000000000000}"',
    'default="0" action="C" displayDecimal="0" hive="HKEY_CURRENT_USER" key="SOFTWARE\\Example" name="Bytes" type="REG_BINARY" value="00 0f ff"/>',
  )}`,
  `\t${entry(
    'name="Large" status="Large" image="11" changed="2026-01-02 03:04:05" uid="{11111111-0004-4000-8000-000000000000}"',
    'action="R" displayDecimal="1" default="0" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Example" name="Large" type="REG_QWORD" value="00000001000000FF"/>',
  )}`,
  `\t${entry(
    'name="(Default)" status="(Default)" image="7" changed="2026-01-02 03:04:05" uid="{11111111-0005-4000-8000-000000000000}"',
    'action="U" displayDecimal="0" default="1" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Example" name="" type="REG_SZ" value="&quot;a&quot; &lt; &#xD;&#xA;b"/>',
  )}`,
  `\t${entry(
    'name="Old" status="Old" image="3" changed="2026-01-02 03:04:05" uid="{11111111-0006-4000-8000-000000000000}"',
    'action="D" displayDecimal="0" default="0" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Example\\Old" name="" type="REG_SZ" value=""/>',
  )}`,
  '</RegistrySettings>',
)

/** One collection dragged out, as people lay it out, with targeting and what nobody knows. */
export const DRAGGED_XML = [
  DECLARATION,
  '',
  '<Collection clsid="{53b533f5-224c-47e3-b01b-ca3b3f3ff4bf}" name="Isolation" status="x" future="1">',
  '',
  '<Registry',
  '         clsid="{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}"',
  '         name="Enable PMTU Discovery"',
  '         status="EnablePMTUDiscovery"',
  '         image="12"',
  '         desc="&lt;b&gt;Enable&lt;/b&gt;',
  '               1 or 0"',
  '         bypassErrors="1">',
  '   <!-- the value -->',
  '   <Properties',
  '         displayDecimal="1"',
  '         bitfield="1"',
  '         hive="HKEY_LOCAL_MACHINE"',
  '         key="System\\CurrentControlSet\\Services\\TCPIP\\Parameters"',
  '         name="EnablePMTUDiscovery" type="REG_DWORD" value="00000001"><SubProp id="a" value="1" mask="1" /></Properties>',
  '   <Filters><FilterOs hidden="1" not="0" bool="AND" class="NT" version="2K3" type="NE"/></Filters>',
  '</Registry>',
  '<!-- between -->',
  `<Collection clsid="${COLLECTION}" name="Empty child" />`,
  `<Collection clsid="${COLLECTION}" name="Off" disabled="1"><Filters><FilterGroup bool="AND" not="0" name="A"/></Filters>`,
  '  <Registry name="x"><Properties hive="hklm" key="\\A\\" name="b" type="REG_LINK" value="c"/><Future/></Registry>',
  '</Collection>',
  '</Collection>',
  '',
].join('\n')

/** All of them, by what they show. */
export const REGISTRY_XML_SAMPLES = [
  { name: 'the documented procedure', text: PROCEDURE_XML },
  { name: 'every type', text: ALL_TYPES_XML },
  { name: 'a collection dragged out', text: DRAGGED_XML },
  {
    name: 'one item dragged out',
    text: `<Registry clsid="${ENTRY}" name="a"><Properties hive="HKEY_USERS" key="a" name="b" type="REG_SZ" value="c"/></Registry>`,
  },
  {
    name: 'settings switched off and empty',
    text: `${DECLARATION}\r\n<RegistrySettings clsid="${SETTINGS}" disabled="1"/>`,
  },
  {
    name: 'settings with unknown things',
    text: `<?xml version="1.0"?>\n<!-- by hand --><RegistrySettings xmlns:x="urn:x" x:y="1">\n <x:Z/> <?p?>\n</RegistrySettings>\n<!-- end -->`,
  },
] as const
