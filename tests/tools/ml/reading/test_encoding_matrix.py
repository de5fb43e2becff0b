"""How often the encoding of short and long files in national encodings is found."""

from __future__ import annotations

import random

import pytest

from tools.ml.reading.encoding import decode
from tools.ml.reading.report import Remarks

TEXTS = {
    "German": (
        "Jürgen Müller|Käthe Schröder|Björn Weiß|Günter Groß|Renate Köhler|Sören Jäger",
        "München|Köln|Düsseldorf|Nürnberg|Saarbrücken|Würzburg|Göttingen",
        "Die Lieferung kommt später als üblich|Größe und Gewicht prüfen|Straße gesperrt",
    ),
    "French": (
        "Hélène Lefèvre|François Géraud|Zoé Bénard|André Mallaürie|Chloé Côté|Raphaël Noël",
        "Besançon|Orléans|Nîmes|Évreux|Saint-Étienne|Béziers|Châteauroux",
        "Le délai est dépassé|À payer à réception|Où sont passés les élèves ?",
    ),
    "Spanish": (
        "José Muñoz|María Fernández|Íñigo Gómez|Begoña Peña|Raúl Ibáñez|Sofía Núñez",
        "Cádiz|Málaga|León|Cáceres|A Coruña|Logroño|Córdoba",
        "El envío llegó tarde|Teléfono móvil no válido|¿Cuándo vendrá el técnico?",
    ),
    "Portuguese": (
        "João Gonçalves|Conceição Simões|António Magalhães|Inês Falcão|Fábio Araújo|Sebastião Leão",
        "São Paulo|Évora|Guimarães|Portimão|Brasília|Maceió|Goiânia",
        "A situação não é grave|Preço sem promoção|Endereço de entrega inválido",
    ),
    "Swedish": (
        "Åsa Björk|Göran Sjöberg|Märta Nyström|Örjan Åkesson|Björn Hägg|Pär Lindström",
        "Göteborg|Malmö|Västerås|Örebro|Linköping|Jönköping|Umeå",
        "Varan är slut på lagret|Betalning före leverans|Försändelsen är på väg",
    ),
    "Polish": (
        "Łukasz Wójcik|Małgorzata Dąbrowska|Paweł Zieliński|Agnieszka Kozłowska|Michał Wróbel",
        "Łódź|Kraków|Gdańsk|Poznań|Wrocław|Białystok|Częstochowa",
        "Zamówienie zostało wysłane|Proszę podać właściwy adres|Nie można połączyć się",
    ),
    "Czech": (
        "Jiří Dvořák|Tomáš Novotný|Lucie Černá|Božena Němcová|Ondřej Kučera|Šárka Růžičková",
        "Plzeň|Třebíč|Kroměříž|Děčín|Hradec Králové|Ústí nad Labem|Jičín",
        "Zboží není na skladě|Příjem platby ověřen|Děkujeme za vaši objednávku",
    ),
    "Hungarian": (
        "Kovács Győző|Szabó Zsófia|Tóth Erzsébet|Kőszegi Ágnes|Fűzfa Gyöngyi|Bíró Dénes",
        "Győr|Székesfehérvár|Pécs|Hódmezővásárhely|Szombathely-Kőszeg|Gödöllő|Eger és Füzesabony",
        "A csomag megérkezett később|Köszönjük a vásárlást|Hibás cím és telefonszám",
    ),
    "Turkish": (
        "Ayşe Yıldız|Gökhan Şahin|İbrahim Çelik|Büşra Öztürk|Çağrı Aydın|Işıl Güneş",
        "İstanbul|Diyarbakır|Eskişehir|Muğla|Kırşehir|Şanlıurfa|Iğdır",
        "Sipariş kargoya verildi|Ürün stokta kalmadı|Yanlış adres girişi yapıldı",
    ),
    "Russian": (
        "Иван Петров|Анна Кузнецова|Сергей Щербаков|Юлия Жукова|Фёдор Цветков|Ольга Соколова",
        "Москва|Казань|Екатеринбург|Нижний Новгород|Уфа|Челябинск|Хабаровск",
        "Заказ отправлен вчера|Неверный номер телефона|Товар закончился на складе",
    ),
    "Ukrainian": (
        "Олексій Шевченко|Наталія Коваленко|Ігор Бойко|Юлія Ткаченко|Євген Мельник|Ганна Їжак",
        "Київ|Харків|Львів|Запоріжжя|Миколаїв|Чернівці|Вінниця",
        "Замовлення надіслано вчора|Неправильний номер|Дякуємо за покупку",
    ),
    "Greek": (
        "Γιώργος Παπαδόπουλος|Μαρία Νικολάου|Δημήτρης Ιωάννου|Ελένη Κωνσταντίνου|Άννα Βλάχου",
        "Αθήνα|Θεσσαλονίκη|Πάτρα|Ηράκλειο|Λάρισα|Βόλος|Ιωάννινα",
        "Η παραγγελία στάλθηκε χθες|Λάθος αριθμός τηλεφώνου|Ευχαριστούμε πολύ",
    ),
    "Hebrew": (
        "יוסף כהן|שרה לוי|דוד מזרחי|רחל פרץ|משה ביטון|נועה אברהם",
        "ירושלים|תל אביב|חיפה|באר שבע|נתניה|אשדוד|ראשון לציון",
        "ההזמנה נשלחה אתמול|מספר הטלפון שגוי|תודה על הקנייה",
    ),
    "Arabic": (
        "محمد أحمد|فاطمة علي|خالد حسن|نورة السعيد|يوسف إبراهيم|ليلى محمود",
        "القاهرة|الرياض|دمشق|بغداد|الدار البيضاء|جدة|الإسكندرية",
        "تم إرسال الطلب أمس|رقم الهاتف غير صحيح|شكرا على الشراء",
    ),
    "Thai": (
        "สมชาย ใจดี|สมหญิง รักไทย|วิชัย ศรีสุข|มาลี ทองดี|ประเสริฐ วงศ์ใหญ่",
        "กรุงเทพ|เชียงใหม่|ภูเก็ต|ขอนแก่น|นครราชสีมา|หาดใหญ่",
        "สินค้าหมดแล้ว|กรุณาตรวจสอบที่อยู่|ขอบคุณที่สั่งซื้อ",
    ),
    "Japanese": (
        "田中 太郎|佐藤 花子|鈴木 一郎|高橋 美咲|渡辺 健太|小林 さくら",
        "東京都|大阪市|札幌市|名古屋市|福岡県|横浜市|京都府",
        "商品は在庫切れです|電話番号が正しくありません|ご注文ありがとうございます",
    ),
    "Chinese": (
        "王伟|李秀英|张敏|刘洋|陈建国|杨丽华|赵强|周婷婷",
        "北京市|上海市|广州市|深圳|成都|武汉市|西安",
        "订单已经发货|电话号码不正确|感谢您的购买，欢迎再来",
    ),
    "Traditional Chinese": (
        "陳志明|林淑芬|黃建宏|張雅婷|李家豪|吳美惠|劉怡君",
        "臺北市|高雄市|臺中|新竹縣|花蓮|桃園市|嘉義",
        "訂單已經出貨|電話號碼不正確|感謝您的購買，歡迎再來",
    ),
    "Korean": (
        "김민수|이영희|박지훈|최수진|정현우|강미경|윤서연",
        "서울특별시|부산|대구광역시|인천|광주|대전|수원시",
        "주문이 발송되었습니다|전화번호가 올바르지 않습니다|구매해 주셔서 감사합니다",
    ),
}

WRITTEN_IN = {
    "cp1252": ("German", "French", "Spanish", "Portuguese", "Swedish"),
    "latin-1": ("German", "French", "Spanish", "Portuguese", "Swedish"),
    "mac_roman": ("German", "French", "Spanish", "Portuguese", "Swedish"),
    "cp850": ("German", "French", "Spanish", "Portuguese", "Swedish"),
    "cp1250": ("Polish", "Czech", "Hungarian"),
    "iso8859_2": ("Polish", "Czech", "Hungarian"),
    "cp1254": ("Turkish",),
    "cp1251": ("Russian", "Ukrainian"),
    "koi8_r": ("Russian",),
    "koi8_u": ("Ukrainian",),
    "cp866": ("Russian",),
    "iso8859_5": ("Russian", "Ukrainian"),
    "cp1253": ("Greek",),
    "iso8859_7": ("Greek",),
    "cp1255": ("Hebrew",),
    "cp1256": ("Arabic",),
    "cp874": ("Thai",),
    "shift_jis": ("Japanese",),
    "euc_jp": ("Japanese",),
    "iso2022_jp": ("Japanese",),
    "gb18030": ("Chinese", "Traditional Chinese"),
    "big5": ("Traditional Chinese",),
    "euc_kr": ("Korean",),
}

FOUND_OF_SHORT = {
    "cp1252": 0.97,
    "latin-1": 0.97,
    "mac_roman": 0.9,
    "cp850": 0.94,
    "cp1250": 0.92,
    "iso8859_2": 0.88,
    "iso8859_7": 0.95,
    "cp1254": 0.88,
    "cp1255": 0.95,
}
"""Share of three-row files that is found at least, where that is not all of them."""


def files(encoding: str, rows: int, *, times: int):
    """Files of a few languages and kinds of text, each with a row of ASCII as well."""
    rng = random.Random(f"{encoding} {rows}")
    for language in WRITTEN_IN[encoding]:
        for kind, words in enumerate(TEXTS[language]):
            for _ in range(times):
                picked = rng.choices(words.split("|"), k=rows)
                lines = [f"{n};{word};{rng.random():.3f}" for n, word in enumerate(picked)]
                yield f"{language} {kind}", "\n".join(["id;name;value", *lines]) + "\n"


def found(encoding: str, rows: int, *, times: int) -> tuple[int, list[str], int]:
    """How many files there were, which were read wrong, and how many warned."""
    count, wrong, warned = 0, [], 0
    for label, text in files(encoding, rows, times=times):
        remarks = Remarks()
        read, told = decode(text.encode(encoding), "f.csv", hint=None, remarks=remarks)
        count += 1
        warned += bool(remarks.warnings())
        if read != text:
            wrong.append(f"{label} as {told}")
    return count, wrong, warned


@pytest.mark.parametrize("encoding", WRITTEN_IN)
def test_long_files_are_always_read_right(encoding):
    """Every file of three hundred rows is read right, and without a warning."""
    count, wrong, warned = found(encoding, 300, times=1)
    assert count >= 3
    assert wrong == []
    assert warned == 0


@pytest.mark.parametrize("encoding", WRITTEN_IN)
def test_short_files_are_nearly_always_read_right(encoding):
    """Nearly every file of three rows is read right; few of those that are warn."""
    count, wrong, warned = found(encoding, 3, times=6)
    share = FOUND_OF_SHORT.get(encoding, 1.0)
    assert len(wrong) <= (1 - share) * count, wrong
    assert warned <= 0.2 * count


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", TEXTS)
def test_wide_encodings_need_no_mark(encoding, language):
    """UTF-16 and UTF-32 without a byte order mark are told by their zero bytes."""
    text = "id;name\n" + "".join(f"{n};{w}\n" for n, w in enumerate(TEXTS[language][0].split("|")))
    remarks = Remarks()
    assert decode(text.encode(encoding), "f.csv", hint=None, remarks=remarks) == (text, encoding)
    assert remarks.warnings() == ()
