export interface Product {
  id: string
  name: string
  nameEn: string
  price: number
}

/** Sold in small numbers: it runs out, its orders fail, and it comes back into stock some minutes later. */
export const LIMITED_PRODUCT = 'P-1012'
/** Taken out of the catalogue; partners still sell it. Its orders fail for good. */
export const DISCONTINUED_PRODUCT = 'P-0999'

const product = (id: string, name: string, nameEn: string, price: number): Product => ({
  id,
  name,
  nameEn,
  price,
})

export const PRODUCTS: readonly Product[] = [
  product('P-1001', '제주 감귤 5kg', 'Jeju tangerines 5 kg', 18_900),
  product('P-1002', '강원도 찰옥수수 20개', 'Gangwon sweet corn, 20 ears', 21_500),
  product('P-1003', '유기농 현미 10kg', 'Organic brown rice 10 kg', 39_800),
  product('P-1004', '한우 등심 600g', 'Korean beef sirloin 600 g', 68_000),
  product('P-1005', '포기김치 3kg', 'Kimchi 3 kg', 24_900),
  product('P-1006', '드립백 커피 30개입', 'Drip coffee, 30 bags', 19_900),
  product('P-1007', '무선 기계식 키보드', 'Wireless mechanical keyboard', 129_000),
  product('P-1008', '27인치 4K 모니터', '27-inch 4K monitor', 389_000),
  product('P-1009', '노이즈 캔슬링 헤드폰', 'Noise-cancelling headphones', 259_000),
  product('P-1010', 'USB-C 멀티 허브', 'USB-C hub', 45_900),
  product('P-1011', '스탠딩 데스크', 'Standing desk', 478_000),
  product(LIMITED_PRODUCT, '백자 달항아리 한정판', 'White porcelain moon jar, limited', 320_000),
  product('P-1013', '겨울 경량 패딩', 'Light down jacket', 89_900),
  product('P-1014', '캐시미어 머플러', 'Cashmere scarf', 72_000),
  product('P-1015', '트레일 러닝화', 'Trail running shoes', 138_000),
  product('P-1016', '2인용 백패킹 텐트', 'Backpacking tent for two', 298_000),
  product('P-1017', '단편소설집 〈변신〉', 'The Metamorphosis and other stories', 13_500),
  product('P-1018', '만년필 세트', 'Fountain pen set', 54_000),
  product('P-1019', '아기 물티슈 20팩', 'Baby wipes, 20 packs', 22_900),
  product('P-1020', '반려견 사료 6kg', 'Dog food 6 kg', 47_500),
]

/** What anybody buys on any day. */
export const EVERYDAY_PRODUCTS: readonly Product[] = PRODUCTS.filter(({ id }) => id !== LIMITED_PRODUCT)

const FAMILY_NAMES = [
  '김',
  '이',
  '박',
  '최',
  '정',
  '강',
  '조',
  '윤',
  '장',
  '임',
  '한',
  '오',
  '서',
  '신',
  '권',
]
const GIVEN_NAMES = [
  '하늘',
  '서연',
  '민준',
  '지훈',
  '수빈',
  '예은',
  '도윤',
  '지우',
  '현우',
  '유진',
  '채원',
  '건우',
]
const ENGLISH_NAMES = [
  'Emma Wilson',
  'Liam Carter',
  'Olivia Brown',
  'Noah Kim',
  'Ava Martin',
  'Lucas Meyer',
  'Mia Rossi',
  'Jamie Park',
]
const PLACES = [
  { city: '서울', line: '중구 세종대로 110', postcode: '04524' },
  { city: '부산', line: '해운대구 센텀중앙로 97', postcode: '48058' },
  { city: '인천', line: '연수구 송도과학로 32', postcode: '21984' },
  { city: '대전', line: '유성구 대학로 291', postcode: '34141' },
  { city: '광주', line: '북구 용봉로 77', postcode: '61186' },
  { city: '제주', line: '제주시 첨단로 242', postcode: '63309' },
  { city: 'Seoul', line: '24 Itaewon-ro 27-gil, Yongsan-gu', postcode: '04350' },
  { city: 'Busan', line: '30 APEC-ro, Haeundae-gu', postcode: '48060' },
] as const

export const MEMOS = [
  '부재 시 문 앞에 놓아주세요',
  '경비실에 맡겨주세요',
  'Leave at the door',
  '배송 전 연락 바랍니다',
  '',
]

export interface Customer {
  id: string
  name: string
  email: string
  phone: string
  language: 'ko' | 'en'
  address: { city: string; line: string; postcode: string }
}

export const CUSTOMER_COUNT = 5000

const at = <T>(list: readonly T[], index: number): T => {
  const one = list[index % list.length]
  if (one === undefined) throw new Error('empty list')
  return one
}

/** The same number is always the same person. */
export function customer(number: number): Customer {
  const english = number % 5 === 4
  const name = english
    ? at(ENGLISH_NAMES, number * 7)
    : at(FAMILY_NAMES, number * 11) + at(GIVEN_NAMES, number * 5 + Math.floor(number / 15))
  return {
    id: `C-${String(number).padStart(4, '0')}`,
    name,
    email: `customer${number}@example.com`,
    phone: `+82-10-0000-${String(number).padStart(4, '0')}`,
    language: english ? 'en' : 'ko',
    address: at(PLACES, english ? 6 + (number % 2) : number * 3),
  }
}
