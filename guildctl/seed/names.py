"""Names of people, places, schools, companies: invented, from many languages, so that text is met as it is written."""

_FIRST = (
    "Ada Aisha Akira Alejandro Amara Amélie Ananya Andrzej Anna Antonio Ayşe Björn Camila Carlos Carmen Chloé Daniel "
    "Daria David Diego Dimitri Elena Elif Emma Esther Fatima Felix Femi Freya Gabriel Giulia Grace Hana Hannah Hassan "
    "Hiroshi Ibrahim Ines Ingrid Isaac Ivan Jan Jasper Joana Johan José Julia Kai Karin Kofi Kwame Laura Leila Leo "
    "Liam Lina Linh Łukasz Lucía Magnus Malik Marek María Marta Mateo Maya Mei Mia Miguel Mina Mohammed Nadia Naomi "
    "Nia Nils Noah Nora Olga Olivia Omar Oscar Pablo Paula Petra Pierre Priya Rafael Rania Ravi Rosa Ruth Samuel Sara "
    "Sarah Sean Selma Siân Siobhán Sofia Soo-jin Stefan Susan Tara Tariq Thandi Thomas Tomás Uma Valentina Viktor Wei "
    "William Yara Yuki Yusuf Zainab Zoë Zuzana"
)
_LAST = (
    "Abbott Abebe Adeyemi Ahmed Almeida Andersson Bauer Becker Bianchi Björk Brown Castillo Chen Cohen Costa Dahl Das "
    "Diallo Dubois Dvořák Eriksen Evans Fernández Fischer Flores Fontaine Fraser Fujita Garcia Goldberg González "
    "Green Gupta Haddad Hansen Hernández Hoffmann Horváth Hughes Ibrahim Ionescu Ivanova Jansen Johnson Jones Kaya "
    "Keller Khan Kim Kowalski Kruger Kumar Larsen Laurent Lee Lehmann Lewis Lindqvist Lopez Mahlangu Martin Martínez "
    "Meyer Mitchell Mohamed Moreau Morgan Müller Murphy Nakamura Ndiaye Nguyen Nielsen Novák Nowak Nwosu O'Brien "
    "Okafor Okoye Oliveira Olsen Ortega Öztürk Papadopoulos Park Patel Pereira Petrov Pham Popescu Quinn Rahman "
    "Ramirez Reyes Ricci Rivera Robinson Rossi Ruiz Ryan Santos Sato Schmidt Schneider Sharma Silva Singh Smith "
    "Sørensen Suzuki Takahashi Tanaka Taylor Thompson Torres Tran Turner Vargas Varga Vogel Wagner Walker Wang "
    "Watanabe Weber White Williams Wilson Wójcik Wong Wright Yamamoto Yavuz Young Zhang Zimmermann"
)
_CITIES = (
    "Amsterdam, Athens, Austin, Barcelona, Bengaluru, Berlin, Bogotá, Boston, Brussels, Bucharest, Budapest, Cairo, "
    "Cape Town, Chicago, Copenhagen, Dublin, Geneva, Hamburg, Helsinki, Istanbul, Jakarta, Kraków, Lagos, Lima, "
    "Lisbon, London, Madrid, Melbourne, Mexico City, Milan, Montréal, Munich, Nairobi, New York, Oslo, Paris, Porto, "
    "Portland, Prague, Rome, San Francisco, Santiago, São Paulo, Seattle, Seoul, Singapore, Stockholm, Sydney, "
    "Tallinn, Tokyo, Toronto, Vienna, Vilnius, Warsaw, Zürich"
)
_STEMS = (
    "Acorn Alder Amber Anchor Arbor Aspen Aurora Beacon Birch Bluebell Boulder Bramble Brook Canyon Cedar Cinder "
    "Cliff Clover Cobalt Compass Copper Coral Crane Delta Drift Dune Ember Falcon Fern Finch Fjord Flint Forge Garnet "
    "Glacier Granite Grove Harbor Hazel Heron Indigo Iris Juniper Kestrel Lantern Larch Lark Linden Lumen Maple "
    "Marble Meadow Meridian Mistral Moss Nimbus Northwind Oak Onyx Opal Orchard Otter Pebble Pine Plover Quarry "
    "Quartz Raven Reed Ridge Rowan Saffron Sequoia Sparrow Spruce Summit Swift Tamarack Tern Thistle Tide Umber Vale "
    "Verdant Willow Wren Yarrow Zephyr"
)

FIRST = tuple(_FIRST.split())
LAST = tuple(_LAST.split())
CITIES = tuple(_CITIES.split(", "))
STEMS = tuple(_STEMS.split())
SCHOOL_KINDS = ("University of {city}", "{city} Institute of Technology", "{city} Business School", "{city} College")
SUFFIXES = {
    "Software": ("Labs", "Systems", "Software"),
    "Design": ("Studio", "Design", "Works"),
    "Media": ("Media", "Press", "Agency"),
    "Business services": ("Partners", "Consulting", "Services"),
    "Finance": ("Capital", "Bank", "Insurance"),
    "Law": ("Legal", "Chambers", "Counsel"),
    "Health care": ("Health", "Clinics", "Care"),
    "Education": ("Academy", "Learning", "School"),
    "Energy": ("Energy", "Power", "Grid"),
    "Transport": ("Logistics", "Freight", "Lines"),
    "Construction": ("Build", "Architects", "Planning"),
    "Human resources": ("People", "Talent", "Careers"),
    "Research": ("Institute", "Biosciences", "Research"),
    "Hospitality": ("Hotels", "Kitchen", "Events"),
}
